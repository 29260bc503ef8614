import Foundation
import TocsinTemplate

// A stand-in for Alertmanager 0.25's template data, just enough for the conformance cases: the real one is in
// TocsinReceivers. It also shows what an embedder has to write.

/// `template.Data`, handed to templates as a pointer.
struct DataObject: TemplateObject {
    let fields: [Underlying.Field]

    init(json: [String: Any]) {
        let alerts = (json["alerts"] as? [[String: Any]] ?? []).map { Value.object(AlertObject(json: $0)) }
        self.fields = [
            .init("Receiver", .string(json["receiver"] as? String ?? "")),
            .init("Status", .string(json["status"] as? String ?? "")),
            .init("Alerts", .object(AlertsObject(alerts: alerts))),
            .init("GroupLabels", .object(KVObject(json: json["groupLabels"]))),
            .init("CommonLabels", .object(KVObject(json: json["commonLabels"]))),
            .init("CommonAnnotations", .object(KVObject(json: json["commonAnnotations"]))),
            .init("ExternalURL", .string(json["externalURL"] as? String ?? "")),
        ]
    }

    var typeName: String { "template.Data" }
    var isPointer: Bool { true }
    var underlying: Underlying { .structure(self.fields) }
}

struct AlertObject: TemplateObject {
    let fields: [Underlying.Field]
    let status: String

    init(json: [String: Any]) {
        self.status = json["status"] as? String ?? ""
        self.fields = [
            .init("Status", .string(self.status)),
            .init("Labels", .object(KVObject(json: json["labels"]))),
            .init("Annotations", .object(KVObject(json: json["annotations"]))),
            .init("StartsAt", .object(TimeObject(rfc3339: json["startsAt"] as? String ?? ""))),
            .init("EndsAt", .object(TimeObject(rfc3339: json["endsAt"] as? String ?? ""))),
            .init("GeneratorURL", .string(json["generatorURL"] as? String ?? "")),
            .init("Fingerprint", .string(json["fingerprint"] as? String ?? "")),
        ]
    }

    var typeName: String { "template.Alert" }
    var underlying: Underlying { .structure(self.fields) }
}

/// `template.Alerts`, with the methods Firing and Resolved.
struct AlertsObject: TemplateObject {
    let list: Value.List

    init(alerts: [Value]) { self.list = Value.List(alerts, typeName: "[]template.Alert") }

    var typeName: String { "template.Alerts" }
    var underlying: Underlying { .value(.list(self.list)) }

    func method(_ name: String) -> TemplateFunction? {
        switch name {
        case "Firing", "Resolved":
            let status = name.lowercased()
            return TemplateFunction(name) { _ in
                let matching = self.list.elements.filter { element in
                    guard case .object(let object) = element, let alert = object as? AlertObject else { return false }
                    return alert.status == status
                }
                return .list(Value.List(matching, typeName: "[]template.Alert"))
            }
        default: return nil
        }
    }

    func slice(_ range: Range<Int>) -> Value { .object(AlertsObject(alerts: Array(self.list.elements[range]))) }
}

/// `template.KV`, a map with methods that hide keys.
struct KVObject: TemplateObject {
    let map: Value.Map
    let pairs: [(key: String, value: String)]

    init(json: Any?) {
        self.init((json as? [String: String] ?? [:]).map { ($0.key, $0.value) })
    }

    init(_ pairs: [(key: String, value: String)]) {
        self.map = Value.Map(strings: pairs)
        self.pairs = pairs.sorted { left, right in
            if left.key == "alertname" || right.key == "alertname" { return left.key == "alertname" }
            return left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
    }

    var typeName: String { "template.KV" }
    var underlying: Underlying { .value(.map(self.map)) }

    func method(_ name: String) -> TemplateFunction? {
        switch name {
        case "Names": TemplateFunction(name) { _ in .strings(self.pairs.map(\.key)) }
        case "Values": TemplateFunction(name) { _ in .strings(self.pairs.map(\.value)) }
        case "SortedPairs": TemplateFunction(name) { _ in .object(PairsObject(pairs: self.pairs)) }
        case "Remove":
            TemplateFunction(name, [.strings]) { arguments in
                let names = Set(strings(arguments[0]))
                return .object(KVObject(self.pairs.filter { !names.contains($0.key) }))
            }
        default: nil
        }
    }
}

struct PairsObject: TemplateObject {
    let pairs: [(key: String, value: String)]

    var typeName: String { "template.Pairs" }

    var underlying: Underlying {
        let pairs = self.pairs.map { Value.object(PairObject(name: $0.key, value: $0.value)) }
        return .value(.list(Value.List(pairs, typeName: "[]template.Pair")))
    }

    func method(_ name: String) -> TemplateFunction? {
        switch name {
        case "Names": TemplateFunction(name) { _ in .strings(self.pairs.map(\.key)) }
        case "Values": TemplateFunction(name) { _ in .strings(self.pairs.map(\.value)) }
        default: nil
        }
    }
}

struct PairObject: TemplateObject {
    let name: String
    let value: String

    var typeName: String { "template.Pair" }
    var underlying: Underlying { .structure([.init("Name", .string(self.name)), .init("Value", .string(self.value))]) }
}

/// A time that can be printed and compared; its arithmetic is TocsinReceivers' business.
struct TimeObject: TemplateObject {
    let text: String?

    /// `2024-02-29T12:00:00+02:00` prints as `2024-02-29 12:00:00 +0200 +0200`.
    init(rfc3339: String) {
        let date = rfc3339.prefix(10)
        let rest = rfc3339.dropFirst(11)
        let clock = rest.prefix { $0 != "Z" && $0 != "+" && $0 != "-" }
        let zone = rest.dropFirst(clock.count).replacingOccurrences(of: ":", with: "")
        self.text = "\(date) \(clock) " + (zone == "Z" ? "+0000 UTC" : "\(zone) \(zone)")
    }

    var typeName: String { "time.Time" }

    var underlying: Underlying {
        .structure([.init("wall", .string(self.text ?? "")), .init("ext", .int(0)), .init("loc", .null)])
    }

    func method(_ name: String) -> TemplateFunction? {
        guard name == "IsZero" else { return nil }
        return TemplateFunction(name) { _ in .bool(self.text?.hasPrefix("0001-01-01 00:00:00 ") ?? true) }
    }
}

func strings(_ value: Value) -> [String] {
    guard case .list(let list) = value else { return [] }
    return list.elements.compactMap { element in
        guard case .string(let string) = element else { return nil }
        return string
    }
}

extension FunctionTable {
    /// Alertmanager's functions as far as they need no library. `match` and `reReplaceAll` are there so that calls of
    /// them parse; what they do is tested where they are made.
    static let alertmanager: FunctionTable = {
        var table = FunctionTable.builtins
        table.add(TemplateFunction("toUpper", [.string]) { .string(mapped($0[0], \.uppercaseMapping)) })
        table.add(TemplateFunction("toLower", [.string]) { .string(mapped($0[0], \.lowercaseMapping)) })
        table.add(TemplateFunction("title", [.string]) { .string(text($0[0]).capitalized) })
        table.add(TemplateFunction("safeHtml", [.string]) { $0[0] })
        table.add(TemplateFunction("stringSlice", variadic: .string) { .strings($0.map(text)) })
        table.add(
            TemplateFunction("join", [.string, .strings]) { .string(strings($0[1]).joined(separator: text($0[0]))) })
        table.add(
            TemplateFunction("match", [.string, .string]) { arguments throws(TemplateError) in
                throw TemplateError("not in this suite")
            })
        table.add(
            TemplateFunction("reReplaceAll", [.string, .string, .string]) { arguments throws(TemplateError) in
                throw TemplateError("not in this suite")
            })
        return table
    }()

    /// Go maps character by character: `ß` has no single capital and stays.
    private static func mapped(_ value: Value, _ mapping: (Unicode.Scalar.Properties) -> String) -> String {
        text(value).unicodeScalars.map { scalar in
            let mapped = mapping(scalar.properties)
            return mapped.unicodeScalars.count == 1 ? mapped : String(scalar)
        }.joined()
    }

    private static func text(_ value: Value) -> String {
        guard case .string(let string) = value else { return "" }
        return string
    }
}
