import TocsinConfig
import TocsinReceivers
import TocsinRuntime

/// Secrets in files, read anew for each request.
struct DiskSecrets: SecretReader {
    func read(_ paths: [String]) -> SecretFiles {
        var files = SecretFiles()
        for path in paths {
            do {
                files.add(try DiskFiles().text(of: path), of: path)
            } catch {
                files.addFailure(error.reason, of: path)
            }
        }
        return files
    }
}
