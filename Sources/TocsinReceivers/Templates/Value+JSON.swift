import TocsinJSON
import TocsinTemplate

extension Value {
    /// As Go's `encoding/json` writes it.
    var json: JSONValue {
        get throws(TemplateError) {
            switch self {
            case .null: return .null
            case .bool(let value): return .bool(value)
            case .int(let number): return .integer(Int64(number))
            case .float(let number):
                guard number.isFinite else { throw TemplateError("json: unsupported value: \(self.text)") }
                return .double(number)
            case .string(let text): return .string(text)
            case .list(let list): return .array(try Value.json(of: list.elements))
            case .map(let map):
                var members: [JSONValue.Member] = []
                for (key, value) in zip(map.keys, map.values) { members.append(JSONValue.Member(key, try value.json)) }
                return .object(members)
            case .object(let object): return try Value.json(of: object)
            case .function: throw TemplateError("json: unsupported type: \(self.typeName)")
            }
        }
    }

    private static func json(of elements: [Value]) throws(TemplateError) -> [JSONValue] {
        var json: [JSONValue] = []
        json.reserveCapacity(elements.count)
        for element in elements { json.append(try element.json) }
        return json
    }

    /// That of structs whose members have other names in JSON, which write themselves.
    fileprivate static func ownJSON(of object: any TemplateObject) -> JSONValue? {
        switch object {
        case let data as TemplateData: .object(data.members)
        case let alert as TemplateAlert: alert.json
        case let labels as TemplateKV: labels.json
        case let time as TemplateTime: .string(time.jsonText)
        default: nil
        }
    }

    /// Of other structs the fields are written that others can see.
    private static func json(of object: any TemplateObject) throws(TemplateError) -> JSONValue {
        if let json = self.ownJSON(of: object) { return json }
        switch object.underlying {
        case .value(let value): return try value.json
        case .structure(let fields):
            var members: [JSONValue.Member] = []
            for field in fields where field.name.first?.isUppercase ?? false {
                members.append(JSONValue.Member(field.name, try field.value.json))
            }
            return .object(members)
        }
    }
}

// For scripts in HTML.

extension TemplateData {
    public var encodedJSON: String? { Value.ownJSON(of: self)?.text }
}

extension TemplateAlert {
    var encodedJSON: String? { Value.ownJSON(of: self)?.text }
}

extension TemplateKV {
    var encodedJSON: String? { Value.ownJSON(of: self)?.text }
}

extension TemplateTime {
    var encodedJSON: String? { Value.ownJSON(of: self)?.text }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: self.encoded(), as: UTF8.self) }
}
