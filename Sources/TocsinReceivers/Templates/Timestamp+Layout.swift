public import TocsinModel

extension Timestamp {
    /// The time in one of Go's layouts, such as `2006-01-02 15:04:05 MST`, in the offset that it came with.
    public func formatted(goLayout layout: String) -> String { TemplateTime(self).formatted(layout) }
}
