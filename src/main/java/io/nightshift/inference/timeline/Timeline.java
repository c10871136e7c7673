package io.nightshift.inference.timeline;

import io.nightshift.config.ConfigurationException;
import io.nightshift.inference.NumberedFace;
import io.nightshift.store.PendingFile;
import io.nightshift.store.StorageException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a video's emotions: a line for each face of each frame into a CSV, which goes to the disk as the frames come,
 * and a picture at the end, of means over short times. Its memory does not grow with the video.
 */
public final class Timeline implements AutoCloseable {
    private static final String PICTURE = ".png";
    private static final String TABLE = ".csv";

    private final String title;
    private final List<String> classes;
    private final PendingFile picture;
    private final PendingFile table;
    private final BufferedWriter lines;
    private final FaceTracks tracks;
    private double end;

    /**
     * Opens the files, under other names than their own.
     *
     * @param file    local picture, whose name ends in {@code .png}
     * @param title   of the picture
     * @param classes that every face has a score of, in label order
     * @throws ConfigurationException if they cannot be written there
     */
    public Timeline(String file, String title, List<String> classes) {
        this.title = title;
        this.classes = classes;
        this.tracks = new FaceTracks(classes.size());
        try {
            picture = PendingFile.of(Path.of(file));
            table = PendingFile.of(Path.of(tableOf(file)));
            lines = Files.newBufferedWriter(table.path(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigurationException("--timeline " + file + " cannot be written: "
                    + (e instanceof FileSystemException known && known.getReason() != null
                            ? known.getReason()
                            : "its folder does not exist, or may not be written to")
                    + "; name a picture in a folder of yours, such as emotions.png");
        }
        write(TimelineCsv.header(classes));
    }

    /**
     * Returns the name of the CSV that lies beside a picture.
     *
     * @throws ConfigurationException if the picture's name does not end in {@code .png}
     */
    public static String tableOf(String file) {
        if (!file.endsWith(PICTURE)) {
            throw new ConfigurationException("--timeline " + file + " must end in " + PICTURE
                    + "; the table beside it gets the same name with " + TABLE);
        }
        return file.substring(0, file.length() - PICTURE.length()) + TABLE;
    }

    /**
     * Adds a frame.
     *
     * @param frame  its number, from 0
     * @param second at which it is shown, from the beginning
     * @param until  second at which the next frame would be shown
     */
    public void add(long frame, double second, double until, List<NumberedFace> faces) {
        faces.forEach(face -> write(TimelineCsv.line(frame, second, face)));
        tracks.add(second, until, faces);
        end = until;
    }

    /**
     * Puts both files in their places.
     *
     * @throws StorageException if they could not be written
     */
    public void finish() {
        try {
            lines.close();
            Files.write(picture.path(), TimelinePicture.png(title, classes, tracks, end));
            table.publish();
            picture.publish();
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private void write(String line) {
        try {
            lines.write(line);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private StorageException unwritten(IOException e) {
        return StorageException.of(
                "cannot write " + table.target() + " and the picture beside it; check the space on its disk, or choose "
                        + "another folder with --timeline",
                e);
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            // An exception of the writing says it already.
        }
        try (picture;
                table) {
            // What was not published is deleted.
        } catch (IOException e) {
            // A hidden file stays; an exception says why the others are not there.
        }
    }
}
