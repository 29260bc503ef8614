extension Matcher {
    /// The values one of which a label must have for this to match; `nil` where no such list tells, or an absent label
    /// would do. What is looked up by these is found without holding the matcher against every alert.
    public var exactValues: [[UInt8]]? {
        guard self.isEqual else { return nil }
        let values: [[UInt8]]
        switch self.test {
        case .text(let text): values = [text]
        case .anyText(let texts): values = texts
        case .regex: return nil
        }
        return values.contains([]) ? nil : values
    }
}
