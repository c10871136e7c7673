package io.nightshift.serving.http;

import io.nightshift.config.settings.ServeSettings;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/**
 * Reads the body of a request as it comes, without a thread that waits for it: within a number of bytes, a time, and
 * the memory of all requests together. Runs on the connection's I/O thread alone.
 */
final class RequestBody {
    private final HttpServerExchange exchange;
    private final ServeSettings.Limits limits;
    private final MemoryBudget budget;
    private final Consumer<byte[]> whole;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private StreamSourceChannel channel;
    private XnioExecutor.Key deadline;
    private boolean ended;

    private RequestBody(
            HttpServerExchange exchange, ServeSettings.Limits limits, MemoryBudget budget, Consumer<byte[]> whole) {
        this.exchange = exchange;
        this.limits = limits;
        this.budget = budget;
        this.whole = whole;
    }

    /**
     * Starts to read. The exchange is dispatched from then on: whoever gets the body must answer, on any thread.
     *
     * @param whole gets the body; what it throws becomes the answer. Not called if the body breaks a limit, which is
     *              answered here
     */
    static void read(
            HttpServerExchange exchange, ServeSettings.Limits limits, MemoryBudget budget, Consumer<byte[]> whole) {
        RequestBody body = new RequestBody(exchange, limits, budget, whole);
        exchange.dispatch(SameThreadExecutor.INSTANCE, body::start);
    }

    private void start() {
        if (exchange.getRequestContentLength() > limits.maxBodyBytes()) {
            fail(tooLarge());
            return;
        }
        deadline = exchange.getIoThread().executeAfter(this::late, limits.readSeconds(), TimeUnit.SECONDS);
        exchange.addExchangeCompleteListener((finished, next) -> {
            budget.giveBack(content.size());
            next.proceed();
        });
        channel = exchange.getRequestChannel();
        channel.getReadSetter().set(readable -> readOn());
        readOn();
    }

    private void readOn() {
        if (ended) {
            return;
        }
        try (PooledByteBuffer pooled =
                exchange.getConnection().getByteBufferPool().allocate()) {
            ByteBuffer buffer = pooled.getBuffer();
            int count = channel.read(buffer);
            while (count > 0) {
                take(buffer.flip());
                buffer.clear();
                count = channel.read(buffer);
            }
            if (count == 0) {
                channel.resumeReads();
            } else {
                end();
                whole.accept(content.toByteArray());
            }
        } catch (IOException e) {
            // The caller has gone, and hears nothing any more.
            end();
            exchange.setPersistent(false);
            exchange.endExchange();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void take(ByteBuffer read) {
        if (content.size() + read.remaining() > limits.maxBodyBytes()) {
            throw tooLarge();
        }
        if (!budget.take(read.remaining())) {
            throw new HttpProblem(
                    StatusCodes.SERVICE_UNAVAILABLE, "too much is being sent at the moment; try again in a second");
        }
        byte[] bytes = new byte[read.remaining()];
        read.get(bytes);
        content.writeBytes(bytes);
    }

    private HttpProblem tooLarge() {
        return new HttpProblem(
                StatusCodes.REQUEST_ENTITY_TOO_LARGE,
                "the body has more than serve.max-body-bytes = " + limits.maxBodyBytes()
                        + " bytes; send fewer or smaller images");
    }

    private void late() {
        if (!ended) {
            fail(new HttpProblem(
                    StatusCodes.REQUEST_TIME_OUT,
                    "the body did not arrive within serve.read-seconds = " + limits.readSeconds()
                            + "; send a smaller one, or send it faster"));
        }
    }

    private void end() {
        ended = true;
        if (deadline != null) {
            deadline.remove();
        }
        if (channel != null) {
            channel.suspendReads();
        }
    }

    private void fail(Throwable thrown) {
        end();
        Responses.failure(exchange, thrown);
    }
}
