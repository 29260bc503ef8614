extension Evaluator {
    /// Writes what the value means in its place.
    @inline(never)
    mutating func write(value: Value, _ escapers: [Escaper]) throws(TemplateError) {
        try self.refuseFunction(value)
        let limit = self.limits.size
        guard let text = EscapableText(value, limit: limit) else { throw self.error("output exceeds \(limit) bytes") }
        // Of what is refused, or stands in a comment, nothing is left that would count as output.
        try self.spend(text.bytes.count / 64)
        guard let bytes = Escaper.apply(escapers, to: text, of: value, limit: limit) else {
            throw self.error("output exceeds \(limit) bytes")
        }
        try self.write(text: bytes)
    }
}
