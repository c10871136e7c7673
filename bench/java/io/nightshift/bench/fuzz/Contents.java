package io.nightshift.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nightshift.SparkFixture;
import io.nightshift.config.ConfigurationException;
import io.nightshift.config.settings.ImageSettings;
import io.nightshift.config.loading.SettingsLoader;
import io.nightshift.dataset.DataException;
import io.nightshift.dataset.Schema;
import io.nightshift.dataset.csv.CsvReader;
import io.nightshift.dataset.csv.Rows;
import io.nightshift.engine.Network;
import io.nightshift.model.ImportOptions;
import io.nightshift.model.SmallNetwork;
import io.nightshift.model.TrainedModel;
import io.nightshift.model.io.ModelCard;
import io.nightshift.model.keras.KerasImport;
import io.nightshift.vision.image.ImageDecoder;
import io.nightshift.vision.image.ImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.api.Model;

/** Contents of files, given to the code that reads them. */
final class Contents {
    private Contents() {}

    static List<Kind> all(Path folder) throws IOException {
        return List.of(
                new Content("rows", rows(), bad -> read(Files.write(folder.resolve("rows.csv"), bad))),
                new Content("gzip", zipped(rows()), bad -> read(Files.write(folder.resolve("rows.csv.gz"), bad))),
                new Content("images", images(), Contents::decode),
                new Content("models", models(), Contents::load),
                new Content("entries", models(), Contents::load) {
                    @Override
                    byte[] damaged(byte[] good, Mutation mutation) throws IOException {
                        return withDamagedEntry(good, mutation);
                    }
                },
                new Content("configurations", configurations(), bad -> settings(folder, bad)),
                new Content("keras", keras(folder), Contents::imported),
                new Content("onnx", OnnxFiles.good(), OnnxFiles::imported),
                new Content("nodes", OnnxFiles.good(), OnnxFiles::imported) {
                    @Override
                    byte[] damaged(byte[] good, Mutation mutation) throws IOException {
                        return OnnxFiles.withDamagedNodes(good, mutation);
                    }
                });
    }

    private interface Reader {
        String read(byte[] bad) throws Exception;
    }

    private static class Content implements Kind {
        private final String name;
        private final List<byte[]> good;
        private final Reader reader;
        private byte[] input;

        Content(String name, List<byte[]> good, Reader reader) {
            this.name = name;
            this.good = good;
            this.reader = reader;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String run(Mutation mutation) throws Exception {
            input = damaged(mutation.oneOf(good), mutation);
            // A crash of native code leaves nothing else.
            Files.write(Fuzzer.KEPT.resolve("last"), input);
            try {
                return reader.read(input);
            } catch (DataException | ConfigurationException | ImageException refused) {
                return Fuzzer.refusal(refused.getMessage());
            }
        }

        byte[] damaged(byte[] one, Mutation mutation) throws IOException {
            return isText(one) && mutation.chance(2)
                    ? mutation.tokens(new String(one, UTF_8)).getBytes(UTF_8)
                    : mutation.bytes(one);
        }

        private static boolean isText(byte[] one) {
            for (int i = 0; i < Math.min(one.length, 64); i++) {
                if (one[i] == 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public byte[] input() {
            return input;
        }
    }

    private static List<byte[]> rows() {
        String[] usages = {"Training", "PublicTest", "PrivateTest"};
        Random random = new Random(1);
        List<byte[]> files = new ArrayList<>();
        for (String header : List.of("", "emotion,pixels,Usage\n", "\uFEFFemotion,pixels,Usage\r\n")) {
            files.add((header + IntStream.range(0, 6)
                            .mapToObj(row -> row + ",\"" + random.ints(2304, 0, 256)
                                    .mapToObj(String::valueOf)
                                    .collect(Collectors.joining(" ")) + "\"," + usages[row % 3])
                            .collect(Collectors.joining("\n")))
                    .getBytes(UTF_8));
        }
        files.add("emotion,pixels,Usage\nhappy,1 2 3 4,Training\nsad,5 6 7 8,PublicTest\n".getBytes(UTF_8));
        return files;
    }

    private static List<byte[]> zipped(List<byte[]> plain) throws IOException {
        List<byte[]> zipped = new ArrayList<>();
        for (byte[] file : plain) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(file);
            }
            zipped.add(bytes.toByteArray());
        }
        return zipped;
    }

    private static String read(Path csv) {
        try (Rows rows = new CsvReader(SparkFixture.spark(), Schema.FER2013).read(csv.toString())) {
            if (rows.read() != rows.used() + rows.rejected()) {
                throw new IllegalStateException("read is not used + rejected");
            }
            rows.requireUsable(0.1);
            return "read";
        }
    }

    private static List<byte[]> images() throws IOException {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < 1_200; i++) {
            image.setRGB(i % 40, i / 40, random.nextInt());
        }
        List<byte[]> files = new ArrayList<>();
        for (String format : List.of("png", "jpeg", "bmp")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, format, out);
            files.add(out.toByteArray());
        }
        files.add(Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="));
        return files;
    }

    private static String decode(byte[] bad) throws ImageException {
        new ImageDecoder(new ImageSettings(1_000_000, 10_000_000)).decode(bad);
        return "read";
    }

    private static List<byte[]> models() {
        List<byte[]> files = new ArrayList<>();
        for (Model network : List.of(SmallNetwork.withSgd(), SmallNetwork.graph(), SmallNetwork.residual())) {
            files.add(TrainedModel.of(Network.of(network), ModelCard.ofFer2013("small")).bytes());
        }
        return files;
    }

    private static String load(byte[] bad) {
        TrainedModel.load(Optional.of(bad), "model.zip").free();
        return "read";
    }

    /** Damages what is in a zip whose checksums are right all the same. */
    private static byte[] withDamagedEntry(byte[] zip, Mutation mutation) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        String name = mutation.oneOf(List.copyOf(entries.keySet()));
        byte[] one = entries.get(name);
        boolean text = name.endsWith(".json");
        entries.put(
                name,
                text && !mutation.chance(3)
                        ? mutation.tokens(new String(one, UTF_8)).getBytes(UTF_8)
                        : mutation.bytes(one));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static List<byte[]> configurations() throws IOException {
        return List.of(
                Files.readAllBytes(Path.of("src/main/resources/io/nightshift/config/reference.conf")),
                Files.readAllBytes(Path.of("conf/recipes/blog-tuned.conf")),
                Files.readAllBytes(Path.of("conf/cluster.conf")),
                "a = 1, data { uri = ${a}x, classes = \"a,b\" }\ninclude \"none\"\nspark.x = [1, ${a}]"
                        .getBytes(UTF_8));
    }

    private static String settings(Path folder, byte[] bad) throws IOException {
        Path file = Files.write(folder.resolve("fuzz.conf"), bad);
        SettingsLoader.load(List.of(file), Map.of(), Map.of()).resolved();
        return "read";
    }

    private static List<byte[]> keras(Path folder) throws IOException {
        return List.of(Files.readAllBytes(KerasFiles.small(folder.resolve("good.h5"))));
    }

    private static String imported(byte[] content) {
        KerasImport.read(
                content,
                "model.h5",
                new ImportOptions(OptionalInt.empty(), Optional.empty(), List.of("a", "b", "c")));
        return "read";
    }
}
