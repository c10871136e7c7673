package io.nightshift.store;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.SdkBaseException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hadoop.fs.s3a.AWSClientIOException;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException;
import org.apache.http.NoHttpResponseException;
import org.apache.http.conn.ConnectTimeoutException;

/**
 * Explains the failure of a storage in one line. The messages of object stores have several lines and request ids, and
 * name no settings.
 *
 * @param reason the cause
 * @param remedy for the user
 */
public record StorageFailure(String reason, String remedy) {
    private static final String ENDPOINT = "check spark.hadoop.fs.s3a.endpoint and the network";
    private static final String ADDRESS = "check host and port in the URI, and the network";
    private static final String CREDENTIALS =
            "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role, and what they are allowed";
    private static final String LATER =
            "it was tried again and again: look after the store and the network, and try later";

    /**
     * Explains a failure.
     *
     * @param remedy for failures that are neither an object store's nor the network's
     */
    public static StorageFailure of(Exception failure, String remedy) {
        return ofStore(failure)
                .or(() -> cause(failure, ReadableFile.RefusedException.class)
                        .map(refused -> new StorageFailure(refused.getMessage(), refused.remedy())))
                .or(() -> ofNetwork(failure, isOfS3(failure) ? ENDPOINT : ADDRESS))
                .orElseGet(() -> new StorageFailure(firstLine(failure), remedy));
    }

    /** Explains an answer of the store. */
    private static Optional<StorageFailure> ofStore(Exception failure) {
        if (cause(failure, UnknownStoreException.class).isPresent()) {
            return because("there is no such bucket", "check the bucket's name and spark.hadoop.fs.s3a.endpoint");
        }
        if (cause(failure, NoAuthWithAWSException.class).isPresent()) {
            return because(
                    "no credentials were found",
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine a role");
        }
        return cause(failure, AmazonServiceException.class).flatMap(answer -> {
            String status = answer.getStatusCode() + " "
                    + String.valueOf(answer.getErrorCode()).replaceFirst("^" + answer.getStatusCode() + " ", "");
            return switch (answer.getStatusCode()) {
                case 301, 307 ->
                    because(
                            "the bucket is in another region (" + status + ")",
                            "set spark.hadoop.fs.s3a.endpoint to that region's, such as s3.eu-central-1.amazonaws.com");
                case 400, 401, 403 ->
                    because(
                            "the store refuses these credentials (" + status + ")",
                            "RequestTimeTooSkewed".equals(answer.getErrorCode())
                                    ? "set this machine's clock"
                                    : CREDENTIALS);
                case 429, 503 -> because("the store asks for fewer requests (" + status + ")", LATER);
                case 500, 502, 504 -> because("the store has failed (" + status + ")", LATER);
                default ->
                    because("the store answers " + status + ", " + firstLine(answer.getErrorMessage()), ENDPOINT);
            };
        });
    }

    /** Tells whether a request to S3 failed, and not one to HDFS or a web server. */
    private static boolean isOfS3(Exception failure) {
        return cause(failure, SdkBaseException.class).isPresent()
                || cause(failure, AWSClientIOException.class).isPresent();
    }

    /** Explains why the store could not be reached. */
    private static Optional<StorageFailure> ofNetwork(Exception failure, String address) {
        Optional<UnknownHostException> unknown = cause(failure, UnknownHostException.class);
        if (unknown.isPresent()) {
            return because("there is no host " + unknown.get().getMessage().replaceFirst(":.*", ""), address);
        }
        Optional<SSLException> tls = cause(failure, SSLException.class);
        if (tls.isPresent()) {
            return because(
                    "no secure connection (" + firstLine(tls.get()) + ")",
                    address + "; an endpoint without TLS begins with http://");
        }
        if (cause(failure, ConnectException.class).isPresent()
                || cause(failure, ConnectTimeoutException.class).isPresent()) {
            return because("nothing answers there (" + firstLine(deepest(failure)) + ")", address);
        }
        if (cause(failure, SocketTimeoutException.class).isPresent()) {
            return because("no answer comes in time", LATER);
        }
        if (cause(failure, SocketException.class).isPresent()
                || cause(failure, NoHttpResponseException.class).isPresent()
                || cause(failure, org.apache.http.ConnectionClosedException.class)
                        .isPresent()) {
            return because("the connection was lost (" + firstLine(deepest(failure)) + ")", LATER);
        }
        return Optional.empty();
    }

    private static Optional<StorageFailure> because(String reason, String remedy) {
        return Optional.of(new StorageFailure(reason, remedy));
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return Optional.of(kind.cast(cause));
            }
        }
        return Optional.empty();
    }

    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }

    private static String firstLine(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : firstLine(failure.getMessage());
    }

    private static String firstLine(String text) {
        return String.valueOf(text).lines().findFirst().orElse("");
    }

    @Override
    public String toString() {
        return reason + "; " + remedy;
    }
}
