import Foundation
import Logging
import TocsinCore
import TocsinModel
import TocsinTakeover

/// The files of an Alertmanager that ran in the storage folder before. They are read at the first start only, and left
/// as they are, so that there is a way back.
struct AlertmanagerFolder {
    let path: String
    let logger: Logger

    /// Larger files are not what Alertmanager writes in a lifetime.
    private static let maximumSize = 1 << 28

    /// What there is to take over, as rows; none if no Alertmanager ran here.
    func rows(routing: RoutingTable, silenceLimit: Int, now: Timestamp) -> [Write] {
        let silences = self.bytes(of: "silences")
        let log = self.bytes(of: "nflog")
        if silences == nil && log == nil { return [] }
        let takeover = Takeover(silences: silences, log: log, routing: routing, limit: silenceLimit, now: now)
        for complaint in takeover.complaints {
            self.logger.error("not all of Alertmanager's state could be taken over: \(complaint)")
        }
        self.logger.notice(
            "took over Alertmanager's state",
            metadata: [
                "silences": "\(takeover.silences)", "notification_log_entries": "\(takeover.logEntries)",
                "folder": "\(self.path)",
            ]
        )
        return takeover.rows
    }

    /// `nil` if there is no such file, or none that can be read.
    private func bytes(of name: String) -> [UInt8]? {
        let path = "\(self.path)/\(name)"
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { file.closeFile() }
            let bytes = try file.read(upToCount: AlertmanagerFolder.maximumSize + 1) ?? Data()
            if bytes.count <= AlertmanagerFolder.maximumSize { return Array(bytes) }
            self.logger.error("\(path) is too large to be Alertmanager's and was not taken over")
        } catch {
            let error = error as NSError
            if error.code != NSFileReadNoSuchFileError {
                self.logger.error("\(path) cannot be read and was not taken over: \(error.localizedDescription)")
            }
        }
        return nil
    }
}
