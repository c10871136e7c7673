package io.nightshift.report.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.report.tuning.TuningContent.Axis;
import io.nightshift.report.tuning.TuningContent.InfluenceRow;
import io.nightshift.report.tuning.TuningContent.Line;
import io.nightshift.report.tuning.TuningContent.Role;
import io.nightshift.report.tuning.TuningContent.Rung;
import io.nightshift.report.tuning.TuningContent.Seed;
import io.nightshift.report.tuning.TuningContent.TrialRow;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class TuningPageTest {
    private static final List<Axis> AXES = List.of(
            new Axis("train.learning-rate", "0.001", "0.1", false),
            new Axis("train.optimiser", "adam", "<b>", false),
            new Axis("loss rung 1", "1.900", "1.100", true),
            new Axis("loss rung 2", "1.000", "1.000", true));

    private static TuningContent content(List<Seed> comparison) {
        return new TuningContent(
                "one",
                "faces.csv",
                "3 configurations in 4 trainings.",
                "The winner is ahead.",
                List.of(new Rung(1, 1200, 3, 1.1), new Rung(2, 3600, 1, Double.NaN)),
                comparison,
                AXES,
                List.of(
                        new Line(2, Role.WINNER, List.of(0.0, 1.0, 1.0, 1.0)),
                        new Line(0, Role.RECIPE, List.of(0.5, 0.0, 0.25, Double.NaN)),
                        new Line(1200, Role.DIVERGED, List.of(1.0, Double.NaN, Double.NaN, Double.NaN))),
                List.of(
                        new InfluenceRow("train.learning-rate", 1, 3, -0.5),
                        new InfluenceRow("train.optimiser", 1, 3, Double.NaN)),
                List.of("train.learning-rate", "train.optimiser"),
                List.of(
                        new TrialRow(2, Role.WINNER, List.of("1.100", "1.000"), List.of("0.001", "<b>")),
                        new TrialRow(0, Role.RECIPE, List.of("1.700", "–"), List.of("0.01", "adam")),
                        new TrialRow(1200, Role.DIVERGED, List.of("diverged", "–"), List.of("0.1", "adam"))),
                "train.learning-rate = 0.001\n");
    }

    private static final String PAGE =
            TuningPage.render(content(List.of(new Seed("1", 0.5, 0.6), new Seed("mean", 0.5, 0.6))));

    private static Document svg(String page) throws Exception {
        String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + "</svg>".length());
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document document, String name) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < document.getElementsByTagName(name).getLength(); i++) {
            elements.add((Element) document.getElementsByTagName(name).item(i));
        }
        return elements;
    }

    @Test
    void eachTrialIsALineFromAxisToAxisAndEndsWhereTheTrialDid() throws Exception {
        List<Element> lines = elements(svg(PAGE), "polyline");
        assertThat(lines)
                .extracting(line ->
                        line.getAttribute("class") + ": " + line.getTextContent() + ": " + line.getAttribute("points"))
                .containsExactly(
                        "diverged: trial 1200: 60,98.0",
                        "recipe: trial 0: 60,238.0 152,378.0 244,308.0",
                        "winner: trial 2: 60,378.0 152,98.0 244,98.0 336,98.0");
    }

    @Test
    void eachAxisHasItsKeyAndItsEnds() throws Exception {
        Document svg = svg(PAGE);
        assertThat(elements(svg, "line"))
                .hasSize(4)
                .extracting(line -> line.getAttribute("class"))
                .containsExactly("", "", "loss", "loss");
        assertThat(elements(svg, "text"))
                .extracting(Element::getTextContent)
                .containsSubsequence("train", "learning-rate", "0.1", "0.001", "loss", "rung 1", "1.100", "1.900");
        assertThat(elements(svg, "svg").get(0).getAttribute("width")).isEqualTo("396");
    }

    @Test
    void whatComesFromFilesIsEscapedAndNothingIsLoaded() {
        assertThat(PAGE)
                .contains("&lt;b&gt;", "default-src 'none'")
                .doesNotContain("<td><b>", "url(", "@import", "<script", "NaN", "style=");
    }

    @Test
    void theTablesHaveTheTrialsAndWhatMattered() {
        assertThat(PAGE.replaceAll("\\s+", " "))
                .contains("<tr class=\"winner\"><th scope=\"row\">2</th><td>winner</td><td>1.100</td><td>1.000</td>")
                .contains("<td>diverged</td><td>–</td><td>0.1</td>")
                .contains("<th scope=\"row\">mean</th><td>50.0\u00a0%</td><td>60.0\u00a0%</td><td>+10.0</td>")
                .contains("<span class=\"bar share-25\"></span></td><td class=\"value\">25\u00a0%</td>"
                        + "<td class=\"value\">-0.50</td><td class=\"value\">1, 3</td>");
    }

    @Test
    void withoutAComparisonThePageSaysWhy() {
        assertThat(TuningPage.render(content(List.of())))
                .contains("The recipe itself was the best trial, so there is nothing to compare it with.")
                .doesNotContain("<th scope=\"col\">Winner</th>");
        assertThat(PAGE).doesNotContain("The recipe itself was the best trial");
    }
}
