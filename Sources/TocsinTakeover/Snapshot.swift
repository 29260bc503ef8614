/// One of the two files in which Alertmanager keeps its state: messages, each with its length in front.
struct Snapshot<Entry> {
    var entries: [Entry] = []
    /// Messages that could not be understood, the rest of the file notwithstanding.
    var unreadable = 0
    /// Where the file breaks off, in bytes from its beginning; `nil` if it does not.
    var breaksOffAt: Int?

    /// Reads as much as there is. What is behind a place where the file is damaged cannot be found.
    init(_ bytes: [UInt8], _ read: (WireMessage) throws(WireMessage.Damage) -> Entry?) {
        var file = WireMessage(bytes[...])
        while !file.isEmpty {
            let place = bytes.count - file.count
            let message: ArraySlice<UInt8>
            do throws(WireMessage.Damage) {
                message = try file.lengthDelimited()
            } catch {
                self.breaksOffAt = place
                return
            }
            do throws(WireMessage.Damage) {
                if let entry = try read(WireMessage(message)) { self.entries.append(entry) }
            } catch {
                self.unreadable += 1
            }
        }
    }

    /// What is wrong with the file, for people; `nil` if nothing is.
    func complaint(about file: String) -> String? {
        var parts: [String] = []
        if let place = self.breaksOffAt { parts.append("it is damaged at byte \(place), what follows is lost") }
        if self.unreadable > 0 { parts.append("\(self.unreadable) entries are damaged or of no use and were left out") }
        if parts.isEmpty { return nil }
        return "\(file): \(parts.joined(separator: "; ")); \(self.entries.count) entries were read"
    }
}
