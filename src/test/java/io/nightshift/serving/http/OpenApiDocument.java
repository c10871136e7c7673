package io.nightshift.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Compares answers with the schemas of {@code /openapi.json}, as far as JSON Schema is used there. */
final class OpenApiDocument {
    private static final List<String> KNOWN = List.of(
            "$ref",
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "oneOf",
            "enum",
            "const",
            "minimum",
            "maximum",
            "format",
            "description");

    private final JsonNode document;

    OpenApiDocument(JsonNode document) {
        this.document = document;
    }

    /** Returns what is wrong with an answer; nothing if the document describes it. */
    List<String> errors(String method, String path, TestServer.Answered answer) {
        JsonNode response =
                document.path("paths").path(path).path(method).path("responses").path("" + answer.status());
        JsonNode content = response.path("content");
        String type = answer.type().replaceFirst(";.*", "");
        if (!content.has(type)) {
            return List.of(method + " " + path + " is not described with " + answer.status() + " " + type);
        }
        List<String> errors = new ArrayList<>();
        if (type.endsWith("json")) {
            check(content.get(type).get("schema"), answer.json(), path, errors);
        }
        return errors;
    }

    private void check(JsonNode schema, JsonNode value, String where, List<String> errors) {
        schema.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("the test does not know " + name);
            }
        });
        if (schema.has("$ref")) {
            check(document.at(schema.get("$ref").asText().substring(1)), value, where, errors);
            return;
        }
        if (schema.has("oneOf")) {
            long fitting = StreamSupport.stream(schema.get("oneOf").spliterator(), false)
                    .filter(one -> {
                        List<String> inside = new ArrayList<>();
                        check(one, value, where, inside);
                        return inside.isEmpty();
                    })
                    .count();
            if (fitting != 1) {
                errors.add(where + " fits " + fitting + " of the schemas: " + value);
            }
        }
        if (schema.has("type") && !isOfType(schema.get("type"), value)) {
            errors.add(where + " is no " + schema.get("type") + ": " + value);
        }
        if (schema.has("const") && !schema.get("const").equals(value)
                || schema.has("enum") && !contains(schema.get("enum"), value)
                || schema.has("minimum")
                        && value.asDouble() < schema.get("minimum").asDouble()
                || schema.has("maximum")
                        && value.asDouble() > schema.get("maximum").asDouble()) {
            errors.add(where + " is out of bounds: " + value);
        }
        for (JsonNode required : schema.path("required")) {
            if (!value.has(required.asText())) {
                errors.add(where + " lacks " + required.asText());
            }
        }
        checkInside(schema, value, where, errors);
    }

    private void checkInside(JsonNode schema, JsonNode value, String where, List<String> errors) {
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode own = schema.path("properties").path(field.getKey());
            JsonNode other = schema.path("additionalProperties");
            if (!own.isMissingNode()) {
                check(own, field.getValue(), where + "." + field.getKey(), errors);
            } else if (other.isObject()) {
                check(other, field.getValue(), where + "." + field.getKey(), errors);
            } else if (other.isBoolean() && !other.asBoolean()) {
                errors.add(where + "." + field.getKey() + " is not described");
            }
        }
        if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(schema.get("items"), value.get(i), where + "[" + i + "]", errors);
            }
        }
    }

    private static boolean isOfType(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            return StreamSupport.stream(type.spliterator(), false).anyMatch(one -> isOfType(one, value));
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException("the test does not know " + type);
        };
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        return StreamSupport.stream(list.spliterator(), false).anyMatch(value::equals);
    }
}
