package io.nightshift.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages bytes and texts at random. */
final class Mutation {
    /** Values at the bounds of what programs expect. */
    static final List<String> NASTY = List.of(
            "", " ", "null", "0", "-1", "1", "003", "999999999999999999999", "1e999", "NaN", "-Infinity", "true", "[]",
            "{}", "\"", "'", "a:b", "10:30:00.jpg", "s3a://", "s3a:///x", "foo://x", "hdfs:", "file:",
            "no/where", "d/../x",
            "ä😀", "\u001b[31m", "\u202e", "${x}", "${?x}", "%s%n", "a,b", ",", "auto", "\\", "*",
            "x".repeat(5_000));

    private static final Pattern TOKEN = Pattern.compile("-?[0-9][0-9.eE+-]*|\"[^\"]*\"|true|false|null|[A-Za-z_-]+");

    private final SplittableRandom random;

    Mutation(SplittableRandom random) {
        this.random = random;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    boolean chance(int in) {
        return random.nextInt(in) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Flips, cuts, repeats, removes and inserts, one to four times. */
    byte[] bytes(byte[] good) {
        byte[] now = good.clone();
        for (int times = 1 + random.nextInt(4); times > 0 && now.length > 0; times--) {
            int at = random.nextInt(now.length);
            int end = Math.min(now.length, at + 1 + random.nextInt(64));
            switch (random.nextInt(6)) {
                case 0 -> now[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> now[at] = (byte) random.nextInt(256);
                case 2 -> now = spliced(now, at, now.length, new byte[0]);
                case 3 -> now = spliced(now, at, end, new byte[0]);
                case 4 -> now = spliced(now, at, at, Arrays.copyOfRange(now, at, end));
                default -> now = spliced(now, at, at, oneOf(NASTY).getBytes(ISO_8859_1));
            }
        }
        return now;
    }

    private static byte[] spliced(byte[] whole, int from, int to, byte[] instead) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, from);
        out.writeBytes(instead);
        out.write(whole, to, whole.length - to);
        return out.toByteArray();
    }

    /** Puts other values in the place of some words, numbers and quoted texts of JSON, HOCON or CSV. */
    String tokens(String good) {
        List<String> found = TOKEN.matcher(good).results().map(MatchResult::group).toList();
        if (found.isEmpty()) {
            return good + oneOf(NASTY);
        }
        int first = random.nextInt(found.size());
        int second = chance(2) ? first : random.nextInt(found.size());
        Matcher tokens = TOKEN.matcher(good);
        StringBuilder text = new StringBuilder();
        for (int i = 0; tokens.find(); i++) {
            String token = tokens.group();
            if (i == first || i == second) {
                String nasty = chance(3) ? oneOf(found) : oneOf(NASTY);
                token = token.startsWith("\"") && chance(2) ? '"' + nasty.replace("\"", "") + '"' : nasty;
            }
            tokens.appendReplacement(text, Matcher.quoteReplacement(token));
        }
        return tokens.appendTail(text).toString();
    }
}
