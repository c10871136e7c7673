package io.nightshift.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightshift.config.settings.TrainSettings.BestBy;
import io.nightshift.dataset.Split;
import io.nightshift.evaluation.Evaluation;
import io.nightshift.evaluation.Metric;
import io.nightshift.run.EpochMetrics;
import io.nightshift.run.Manifest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunReportTest {
    private static List<ReportContent> contents() {
        return List.of(
                SampleContent.succeeded(),
                SampleContent.failed(),
                SampleContent.rejected(),
                SampleContent.withoutValidation());
    }

    @ParameterizedTest
    @MethodSource("contents")
    void loadsNothing(ReportContent content) {
        String page = RunReport.render(content);

        assertThat(attributes(page, "src")).allMatch(value -> value.startsWith("data:image/png;base64,"));
        assertThat(attributes(page, "href")).containsExactly("data:,");
        assertThat(page).doesNotContain("@import", "url(", "sourceMappingURL").contains("default-src 'none'");
    }

    @ParameterizedTest
    @MethodSource("contents")
    void showsNoNumberThatIsNone(ReportContent content) {
        assertThat(withoutScripts(RunReport.render(content))).doesNotContain("NaN", "Infinity", "null");
    }

    @ParameterizedTest
    @MethodSource("contents")
    void closesEveryElementThatItOpens(ReportContent content) {
        String page = withoutScripts(RunReport.render(content));

        for (String element : List.of("section", "div", "table", "tr", "details", "ul", "dl", "figure", "main")) {
            assertThat(page.split("<" + element + "[ >]", -1))
                    .as(element)
                    .hasSameSizeAs(page.split("</" + element + ">", -1));
        }
    }

    @Test
    void saysWhatTheModelIsWorthOnFacesItHasNeverSeen() {
        String page = RunReport.render(SampleContent.succeeded());

        // 2,424 of 3,589 and 879 of 3,589
        assertThat(page)
                .contains("<h1>Gets 67.5\u00a0%\u00a0±\u00a00.8 of the faces it has never seen right; "
                        + "always answering ‘happy’ would get 24.5\u00a0%.</h1>");
        assertThat(page).contains("12\u00a0epochs", "best epoch: 9", "took 1\u00a0h 42\u00a0min");
    }

    @Test
    void saysHowSureTheModelIsAndWhatItMayOnlyRemember() {
        assertThat(RunReport.render(SampleContent.succeeded()))
                .contains("<dt>Calibration error</dt><dd>5.0\u00a0%</dd>")
                .contains("<dt>Duplicates of training</dt><dd>12</dd><dd class=\"hint\">images that training has too")
                .contains("<dt>Accuracy without duplicates</dt><dd>66.5\u00a0%</dd>");
    }

    @Test
    void showsEveryMetricAsATileAndAsAColumnOfTheTableOfSplits() {
        ReportContent content = SampleContent.succeeded();
        String page = RunReport.render(content);
        assertThat(page)
                .contains(
                        "<div class=\"main\"><dt>Accuracy</dt><dd>67.5\u00a0%</dd>"
                                + "<dd class=\"hint\">±\u00a00.8 (standard error)</dd>",
                        "<dd class=\"hint\">58.1\u00a0to\u00a061.9\u00a0% (95 % interval)</dd>",
                        "<td>67.5\u00a0% <small>±\u00a00.8</small></td>");
        for (Metric metric : content.evaluations().get(0).metrics().keySet()) {
            assertThat(page).containsIgnoringCase("<dt>" + metric.label() + "</dt>");
            assertThat(page).containsIgnoringCase("<th scope=\"col\">" + metric.label() + "</th>");
        }
    }

    @Test
    void measuresByThePublicTestWhereThereIsNoPrivateOne() {
        ReportContent all = SampleContent.succeeded();
        List<Evaluation> evaluations = all.evaluations().stream()
                .filter(evaluation -> !evaluation.split().equals(Split.PRIVATE_TEST.id()))
                .toList();

        assertThat(RunReport.render(with(all, all.manifest(), all.epochs(), evaluations)))
                .contains("of the faces it was not trained on right", "chose the best epoch");
    }

    @Test
    void saysThatTheLastEpochWasKeptAndNotChosen() throws Exception {
        ReportContent all = SampleContent.succeeded();
        Manifest last = all.manifest().toBuilder()
                .training(new Manifest.Training(12, 12, BestBy.LAST, 1.012, 0.652, 0.6754, null))
                .build();
        List<Evaluation> evaluations = List.of(all.evaluations().get(1));

        String page = RunReport.render(with(all, last, all.epochs(), evaluations));
        assertThat(page)
                .contains("kept epoch: 12", "of public test, which neither trained the network nor chose its epoch.")
                .contains("12 <small>kept</small>")
                .doesNotContain("best epoch", "too high");
        assertThat(curves(page).get("keptLabel").textValue()).isEqualTo("kept epoch");
    }

    @Test
    void saysThatARefittedModelWasTrainedOnPublicTest() {
        ReportContent all = SampleContent.withoutValidation();
        Manifest refit = all.manifest().toBuilder()
                .training(new Manifest.Training(12, 12, BestBy.LAST, null, null, 0.6754, true))
                .build();

        assertThat(RunReport.render(with(all, refit, all.epochs(), all.evaluations())))
                .contains("<li>trained on public test too</li>", "Refitted: public test was trained on too")
                .doesNotContain("Without a public test split");
    }

    @Test
    void warnsWhenOnlyTrainingRowsWereMeasured() {
        assertThat(RunReport.render(SampleContent.withoutValidation()))
                .contains(
                        "of the faces it was trained on right",
                        "for want of a test split",
                        "nothing could be validated")
                .doesNotContain("id=\"accuracy\"");
    }

    @Test
    void warnsOfAModelThatIsNoBetterThanOneAnswer() {
        ReportContent all = SampleContent.succeeded();
        Evaluation constant = SampleContent.evaluation(Split.PRIVATE_TEST, new long[][] {{0, 3}, {0, 5}}, List.of());

        assertThat(RunReport.render(with(all, all.manifest(), all.epochs(), List.of(constant))))
                .contains("always answering ‘disgust’", "it has learned nothing of use");
    }

    @Test
    void saysWhyARunFailed() {
        assertThat(RunReport.render(SampleContent.failed()))
                .contains(
                        "<h1>Failed before the first epoch ended.</h1>",
                        "OutOfMemoryError: Java heap space (executor 3, &lt;stage 12.0&gt;)",
                        "No model was evaluated",
                        "No epoch ended.",
                        "The data was not read to its end.")
                .doesNotContain("<canvas", "Rejected rows");
    }

    @Test
    void saysWhyARunWasRejectedAndHowGoodItWas() {
        assertThat(RunReport.render(SampleContent.rejected()))
                .contains(
                        "<h1>Trained, but not good enough to be promoted.</h1>",
                        "is below the required 70 %",
                        "<p class=\"accuracy\">Gets 67.5\u00a0%\u00a0±\u00a00.8 of");
    }

    @Test
    void showsARunThatIsStillGoingOn() {
        ReportContent all = SampleContent.succeeded();
        Manifest done = all.manifest();
        Manifest running = done.toBuilder()
                .state(Manifest.State.RUNNING, null)
                .end(null)
                .training(null)
                .build();

        assertThat(RunReport.render(with(all, running, all.epochs().subList(0, 1), List.of())))
                .contains("<h1>Still running: 1\u00a0epoch done.</h1>")
                .doesNotContain("best epoch:", "took ", "Ended");
    }

    @Test
    void doesWithoutACommit() {
        ReportContent all = SampleContent.succeeded();
        Manifest done = all.manifest();
        Manifest built =
                done.toBuilder().program(new Manifest.Program("0.1.0", null)).build();

        assertThat(RunReport.render(with(all, built, all.epochs(), all.evaluations())))
                .contains("<dt>Commit</dt><dd><code>–</code>");
    }

    @Test
    void escapesWhatComesFromTheData() {
        String page = RunReport.render(SampleContent.succeeded());

        assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    }

    @Test
    void saysNoneWhenNoRowWasRejected() {
        assertThat(RunReport.render(SampleContent.withoutValidation()))
                .containsPattern("Rejected rows</h3>\\s*<p class=\"none\">None\\.</p>");
    }

    @Test
    void showsTheRowsThatARunFailedOver() {
        ReportContent failed = SampleContent.failed();
        RejectedSample sample = new RejectedSample("line 7", "label", "9,0 0 0,Training");

        String page = RunReport.render(new ReportContent(
                failed.manifest(),
                List.of(),
                List.of(),
                Explanations.NONE,
                List.of(),
                Map.of(),
                List.of(sample),
                failed.configuration()));
        assertInOrder(page, "Rejected rows", "line 7", "9,0 0 0,Training");
        assertThat(page).doesNotContain("None.");
    }

    @Test
    void listsTheReasonsOfRejectedRowsTheMostFrequentFirst() {
        assertInOrder(
                RunReport.render(SampleContent.succeeded()),
                "pixel_count</th><td>11<",
                "pixel_value</th><td>4<",
                "label</th><td>2<");
    }

    @Test
    void embedsTheCurvesAsJson() throws Exception {
        JsonNode curves = curves(RunReport.render(SampleContent.succeeded()));

        assertThat(curves.get("epochs")).hasSize(12);
        assertThat(curves.get("kept").intValue()).isEqualTo(9);
        assertThat(curves.get("keptLabel").textValue()).isEqualTo("best epoch");
        assertThat(curves.get("majorityClass").textValue()).isEqualTo("happy");
        assertThat(curves.get("validationLoss").get(0).doubleValue())
                .isEqualTo(SampleContent.epochs(true).get(0).validationLoss());
    }

    @Test
    void embedsWhatIsNotANumberAsNull() throws Exception {
        JsonNode curves = curves(RunReport.render(SampleContent.withoutValidation()));

        assertThat(curves.get("validationLoss")).hasSize(12).allMatch(JsonNode::isNull);
        assertThat(curves.get("validationAccuracy")).hasSize(12).allMatch(JsonNode::isNull);
        assertThat(curves.get("baseline").isNull()).isTrue();
    }

    @Test
    void showsATrainingThatDiverged() throws Exception {
        ReportContent all = SampleContent.succeeded();
        EpochMetrics diverged = new EpochMetrics(1, Double.NaN, Double.POSITIVE_INFINITY, 0.1, 1e-3, 61, 470);
        String page = RunReport.render(with(all, all.manifest(), List.of(diverged), all.evaluations()));

        assertThat(curves(page).get("trainLoss").get(0).isNull()).isTrue();
        assertThat(page).contains("<td>–</td><td>–</td><td>10.0\u00a0%</td><td>0.001</td><td>61</td>");
    }

    @Test
    void inlinesChartJsWhole() {
        String page = RunReport.render(SampleContent.succeeded());

        assertThat(page).contains("Chart.js v4.5.1");
        // One for the JSON, one for Chart.js, one for the page's own: the library has none in a string.
        assertThat(page.split("</script", -1)).hasSize(4);
        assertThat(page).endsWith("</html>\n");
    }

    @Test
    void writesNumbersAlikeEverywhere() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            String expected = RunReport.render(SampleContent.succeeded());
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(RunReport.render(SampleContent.succeeded())).isEqualTo(expected);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** AssertJ's own takes twenty seconds for a page of this length. */
    private static void assertInOrder(String page, String... parts) {
        int from = 0;
        for (String part : parts) {
            int at = page.indexOf(part, from);
            assertThat(at).as(part).isNotNegative();
            from = at + part.length();
        }
    }

    private static ReportContent with(
            ReportContent content, Manifest manifest, List<EpochMetrics> epochs, List<Evaluation> evaluations) {
        return new ReportContent(
                manifest,
                epochs,
                evaluations,
                content.explanations(),
                content.classes(),
                content.classCounts(),
                content.rejectedSamples(),
                content.configuration());
    }

    private static List<String> attributes(String page, String name) {
        return Pattern.compile("\\s" + name + "=\"([^\"]*)\"")
                .matcher(withoutScripts(page))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static String withoutScripts(String page) {
        return Pattern.compile("<script.*?</script>", Pattern.DOTALL)
                .matcher(page)
                .replaceAll("");
    }

    private static JsonNode curves(String page) throws Exception {
        Matcher matcher = Pattern.compile("<script type=\"application/json\" id=\"curves\">(.*?)</script>")
                .matcher(page);
        assertThat(matcher.find()).isTrue();
        return new ObjectMapper().readTree(matcher.group(1));
    }

    @Test
    void showsWhatARetrainingDecidedAndOnWhatItRests() {
        ReportContent all = SampleContent.succeeded();
        Manifest.Contender champion =
                new Manifest.Contender(0.60, 0.55, 1.1, List.of(0.5, 0.4, 0.3, 0.8, 0.5, 0.7, 0.6));
        Manifest.Contender challenger =
                new Manifest.Contender(0.62, 0.56, 1.0, List.of(0.5, 0.2, 0.4, 0.8, 0.5, 0.7, 0.6));
        Manifest.Verdict verdict = new Manifest.Verdict(
                false,
                "2026-03-13T013000Z",
                List.of("recall of disgust falls"),
                new Manifest.Comparison(
                        "public_test", 3_589, champion, challenger, 210, 282, 0.0013, 0.05, 0.0062, -0.1, 0.01));
        String page = RunReport.render(with(
                all,
                all.manifest().toBuilder()
                        .verdict(verdict)
                        .build()
                        .in(Manifest.State.REJECTED, "recall of disgust falls", java.time.Instant.EPOCH),
                all.epochs(),
                all.evaluations()));

        assertThat(page)
                .contains(
                        "<h2 id=\"verdict\">Verdict</h2>",
                        "The champion stays.",
                        "recall of disgust falls",
                        "2026-03-13T013000Z",
                        "282",
                        "210",
                        "0.0013",
                        "<td>+2.0 ± 0.6</td>",
                        "Its loss is lower by 0.100 ± 0.010.",
                        "62.0",
                        "60.0");
        assertThat(RunReport.render(all)).doesNotContain("id=\"verdict\"");
    }

    @Test
    void showsWhatSpokeForMistakesAndWhatSpeaksForClasses() {
        String page = RunReport.render(SampleContent.succeeded());

        assertThat(page.split("aria-label=\"What spoke for ", -1)).hasSize(1 + 10);
        assertInOrder(
                page,
                "<summary>private test",
                "What speaks for each class",
                "aria-label=\"What speaks for angry\"",
                "<b>angry</b> <small>32\u00a0faces, Grad-CAM</small>",
                "<b>disgust</b> <small>1\u00a0face, Grad-CAM</small>",
                "<summary>public test");
        assertThat(page.split("What speaks for each class", -1)).hasSize(2);
        String first = PngDataUri.of(SampleContent.explanations()
                .mistakes()
                .get(Split.PRIVATE_TEST.id())
                .get(0));
        // The escaping of the page.
        assertThat(page).contains(first.replace("=", "&#x3D;"));
        assertThat(RunReport.render(SampleContent.withoutValidation()))
                .contains("Most confident mistakes")
                .doesNotContain("What spoke for", "What speaks for", "The second picture");
    }
}
