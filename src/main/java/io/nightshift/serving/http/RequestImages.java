package io.nightshift.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.serving.ImageInput;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.MultipartParser;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Takes the images out of a request's body: the body itself is one, or a form of several, or JSON with some in base64.
 * Nothing in it is ever taken for the name of a file or for an address.
 */
final class RequestImages {
    private static final int LONGEST_NAME = 200;
    private static final ByteBufferPool BUFFERS = new DefaultByteBufferPool(false, 16_384, 16, 0);
    private static final String EXPECTED = "send an image as the body, several as multipart/form-data, or JSON: "
            + "{\"images\": [\"<base64>\", ...]}";

    private final int maxImages;
    private final ObjectMapper json;

    RequestImages(int maxImages, int maxBodyBytes) {
        this.maxImages = maxImages;
        this.json = new ObjectMapper(JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(maxBodyBytes)
                        .maxNestingDepth(8)
                        .build())
                .build());
    }

    /**
     * Returns the images, at least one.
     *
     * @param contentType of the request; null if it has none
     * @throws HttpProblem if there is none, there are too many, or the body is not what its type says
     */
    List<ImageInput> of(String contentType, byte[] body) {
        String full = contentType == null ? "" : contentType;
        String type = full.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        List<ImageInput> images =
                switch (type) {
                    case "multipart/form-data" -> parts(full, body);
                    case "application/json" -> ofJson(body);
                    // curl --data-binary says that it sends a form, and sends the file.
                    case "", "application/octet-stream", "application/x-www-form-urlencoded" -> single(body);
                    default -> {
                        if (!type.startsWith("image/")) {
                            throw new HttpProblem(
                                    StatusCodes.UNSUPPORTED_MEDIA_TYPE,
                                    "the body's type " + shortened(type) + " is not known; " + EXPECTED);
                        }
                        yield single(body);
                    }
                };
        if (images.isEmpty()) {
            throw bad("there is no image in the body; " + EXPECTED);
        }
        return images;
    }

    private static HttpProblem bad(String detail) {
        return new HttpProblem(StatusCodes.BAD_REQUEST, detail);
    }

    private static List<ImageInput> single(byte[] body) {
        return body.length == 0 ? List.of() : List.of(new ImageInput("1", body));
    }

    private void requireFew(int images) {
        if (images > maxImages) {
            throw new HttpProblem(
                    StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                    "the body holds more than serve.max-images = " + maxImages + " images; send fewer at once");
        }
    }

    private List<ImageInput> ofJson(byte[] body) {
        JsonNode images;
        try {
            images = json.readTree(body).path("images");
        } catch (JsonProcessingException e) {
            throw bad("the body is no JSON: "
                    + e.getOriginalMessage().lines().findFirst().orElse("") + "; " + EXPECTED);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (!images.isArray()) {
            throw bad("the JSON has no list named images; " + EXPECTED);
        }
        requireFew(images.size());
        List<ImageInput> inputs = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            inputs.add(new ImageInput(String.valueOf(i + 1), decoded(images.get(i), i)));
        }
        return inputs;
    }

    private static byte[] decoded(JsonNode image, int index) {
        String text = image.isTextual() ? image.textValue() : "";
        String base64 = text.replaceFirst("^data:image/[a-z+.-]{1,20};base64,", "");
        try {
            if (!base64.isEmpty()) {
                return Base64.getDecoder().decode(base64);
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw bad("images[" + index + "] is no base64; send the content of the file: paths and addresses are not read");
    }

    /** Collects the parts of a form that hold something; their names do not matter. */
    private final class Parts implements MultipartParser.PartHandler {
        private final List<ImageInput> images = new ArrayList<>();
        private ByteArrayOutputStream part;
        private String name;

        @Override
        public void beginPart(HeaderMap headers) {
            part = new ByteArrayOutputStream();
            String disposition = headers.getFirst(Headers.CONTENT_DISPOSITION);
            String file = disposition == null
                    ? null
                    : Headers.extractQuotedValueFromHeaderWithEncoding(disposition, "filename");
            name = file == null || file.isBlank() ? String.valueOf(images.size() + 1) : shortened(file);
        }

        @Override
        public void data(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            part.writeBytes(bytes);
        }

        @Override
        public void endPart() {
            if (part.size() > 0) {
                requireFew(images.size() + 1);
                images.add(new ImageInput(name, part.toByteArray()));
            }
        }
    }

    private List<ImageInput> parts(String contentType, byte[] body) {
        String boundary = Headers.extractQuotedValueFromHeader(contentType, "boundary");
        if (boundary == null || boundary.isEmpty() || boundary.length() > 70) {
            throw bad("the type multipart/form-data names no boundary; let your HTTP library write the type");
        }
        Parts parts = new Parts();
        MultipartParser.ParseState parser = MultipartParser.beginParse(
                BUFFERS, parts, boundary.getBytes(StandardCharsets.US_ASCII), StandardCharsets.UTF_8.name());
        try {
            parser.parse(ByteBuffer.wrap(body));
        } catch (HttpProblem e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw bad("the body is no multipart/form-data, although its type says so; " + EXPECTED);
        }
        if (!parser.isComplete()) {
            throw bad("the multipart/form-data is cut off; send its last boundary too");
        }
        return parts.images;
    }

    static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
    }
}
