package io.nightshift.scoring;

import io.nightshift.dataset.DataException;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import io.nightshift.vision.image.Picture;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Returns files in order, while other threads read the next ones: reading small files is mostly waiting. */
final class ReadAhead implements Iterator<PartScorer.Candidate> {
    private final Iterator<String> unread;
    private final ImageFiles files;
    private final ImageDecoder decoder;
    private final ExecutorService readers;
    private final int ahead;
    private final Queue<PartScorer.Candidate> reading = new ArrayDeque<>();

    ReadAhead(List<String> paths, ImageFiles files, ImageDecoder decoder, ExecutorService readers, int ahead) {
        this.unread = paths.iterator();
        this.files = files;
        this.decoder = decoder;
        this.readers = readers;
        this.ahead = ahead;
    }

    @Override
    public boolean hasNext() {
        return !reading.isEmpty() || unread.hasNext();
    }

    @Override
    public PartScorer.Candidate next() {
        while (reading.size() < ahead && unread.hasNext()) {
            String path = unread.next();
            reading.add(new FileCandidate(path, readers.submit(() -> files.read(path)), decoder));
        }
        return reading.remove();
    }

    private record FileCandidate(String path, Future<byte[]> content, ImageDecoder decoder)
            implements PartScorer.Candidate {
        @Override
        public Map<String, Object> origin() {
            return Map.of("path", path);
        }

        @Override
        public Picture picture() throws ImageException {
            try {
                return decoder.decode(content.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof DataException unreadable) {
                    throw new ImageException(unreadable.getMessage());
                }
                throw new IllegalStateException("reading " + path + " failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading " + path, e);
            }
        }
    }
}
