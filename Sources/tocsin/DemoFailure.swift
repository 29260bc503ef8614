/// Why the demo did not come to its end.
enum DemoFailure: Error {
    /// Ctrl-C, or nobody reads any more.
    case interrupted
    /// A line for each thing that is wrong.
    case failed([String])

    init(_ lines: [String]) { self = .failed(lines) }
    init(_ line: String) { self = .failed([line]) }
}
