import TocsinTemplate

// What functions and methods take, and how they read it. The language has checked the kinds before a body runs, so the
// errors here are reached only by values that have a kind but not the type.

extension Parameter {
    static let time = Parameter.object(named: "time.Time")
    static let duration = Parameter.int(named: "time.Duration")
}

extension Value {
    var string: String {
        get throws(TemplateError) {
            switch self {
            case .string(let text): return text
            case .object(let object):
                if case .value(let value) = object.underlying { return try value.string }
            default: break
            }
            throw TemplateError("wrong type for value; expected string; got \(self.typeName)")
        }
    }

    var integer: Int {
        get throws(TemplateError) {
            switch self {
            case .int(let number): return number
            case .object(let object):
                if case .value(let value) = object.underlying { return try value.integer }
            default: break
            }
            throw TemplateError("wrong type for value; expected int; got \(self.typeName)")
        }
    }

    var time: TemplateTime {
        get throws(TemplateError) {
            guard case .object(let object) = self, let time = object as? TemplateTime else {
                throw TemplateError("wrong type for value; expected time.Time; got \(self.typeName)")
            }
            return time
        }
    }

    /// The elements of a list, plain or with a type name of its own; nothing of nil.
    var elements: [Value] {
        get throws(TemplateError) {
            switch self {
            case .null: return []
            case .list(let list): return list.elements
            case .object(let object):
                if case .value(let value) = object.underlying { return try value.elements }
            default: break
            }
            throw TemplateError("wrong type for value; expected a list; got \(self.typeName)")
        }
    }

    var strings: [String] {
        get throws(TemplateError) {
            var strings: [String] = []
            for element in try self.elements { strings.append(try element.string) }
            return strings
        }
    }
}
