import TocsinModel

/// A hash that is the same in every process and version, unlike Swift's own.
public func stableHash(_ text: String) -> UInt64 {
    var text = text
    var hash = FNV1a()
    text.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) }
    return hash.value
}

/// As ``stableHash(_:)-(String)`` over several texts, where `["a", "bc"]` is not `["ab", "c"]`.
public func stableHash(_ texts: [String]) -> UInt64 {
    var hash = FNV1a()
    for var text in texts {
        text.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) }
        hash.combine(0xFF)
    }
    return hash.value
}
