package io.nightshift.store;

import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.AmazonS3Exception;
import com.amazonaws.services.s3.model.ObjectMetadata;
import com.amazonaws.services.s3.model.PutObjectRequest;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.AWSServiceIOException;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.store.audit.AuditSpan;

/** Writes to an S3 store with a condition in the request. */
final class S3Condition implements ConditionalPut {
    private static final int NOT_IMPLEMENTED = 501;
    private static final Map<String, Boolean> HONOURED = new ConcurrentHashMap<>();

    private final S3AFileSystem files;
    private final AmazonS3 client;

    S3Condition(S3AFileSystem files) {
        this.files = files;
        this.client = files.getAmazonS3ClientForTesting("conditional writes");
    }

    /** Tries each store once, with an object beside the file. */
    @Override
    public boolean isHonoured(Path file) throws IOException {
        String store = files.getUri() + " at " + files.getConf().get("fs.s3a.endpoint", "");
        Boolean known = HONOURED.get(store);
        if (known == null) {
            Path probe = new Path(file.getParent(), ".condition-" + UUID.randomUUID());
            try {
                put(probe, new byte[1], Map.of());
                known = !put(probe, new byte[1], Map.of("If-None-Match", "*"))
                        && !put(probe, new byte[1], Map.of("If-Match", "\"00000000000000000000000000000000\""));
            } catch (AWSServiceIOException e) {
                if (e.getStatusCode() != NOT_IMPLEMENTED) {
                    throw e;
                }
                known = false;
            } finally {
                // Not by the file system, which would leave an empty object for the folder.
                client.deleteObject(files.getBucket(), files.pathToKey(probe));
            }
            HONOURED.put(store, known);
        }
        return known;
    }

    @Override
    public Optional<String> tag(Path file) throws IOException {
        try {
            return Optional.of(((EtagSource) files.getFileStatus(file)).getEtag());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean putIfAbsent(Path file, byte[] content) throws IOException {
        return put(file, content, Map.of("If-None-Match", "*"));
    }

    @Override
    public boolean putIfTag(Path file, byte[] content, String tag) throws IOException {
        return put(file, content, Map.of("If-Match", '"' + tag + '"'));
    }

    private boolean put(Path file, byte[] content, Map<String, String> condition) throws IOException {
        ObjectMetadata metadata = files.getRequestFactory().newObjectMetadata(content.length);
        PutObjectRequest request = files.getRequestFactory()
                .newPutObjectRequest(files.pathToKey(file), metadata, new ByteArrayInputStream(content));
        condition.forEach(request::putCustomRequestHeader);
        try (AuditSpan span = files.createSpan("conditional_put", file.toString(), null)) {
            return files.createWriteOperationHelper(span).retry("conditional write", file.toString(), true, () -> {
                try {
                    // The first attempt may have read it.
                    request.setInputStream(new ByteArrayInputStream(content));
                    client.putObject(request);
                    return true;
                } catch (AmazonS3Exception e) {
                    // The condition does not hold, another write is under way, or the object is gone.
                    return switch (e.getStatusCode()) {
                        case 412, 409 -> false;
                        case 404 -> {
                            if ("NoSuchKey".equals(e.getErrorCode())) {
                                yield false;
                            }
                            throw e;
                        }
                        default -> throw e;
                    };
                }
            });
        }
    }
}
