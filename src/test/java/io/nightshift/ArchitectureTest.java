package io.nightshift;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The floors of the program (docs/architecture.md): a room may use rooms of lower floors, and none beside it. */
@AnalyzeClasses(packages = "io.nightshift", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<List<String>> FLOORS_FROM_THE_GROUND = List.of(
            List.of("store", "config"),
            List.of("dataset"),
            List.of("engine"),
            List.of("model"),
            List.of("vision", "spark", "run", "demo"),
            List.of("training", "evaluation", "inference"),
            List.of("retraining", "scoring", "serving", "tuning", "report"),
            List.of("job"),
            List.of("cli", "ml"));

    /** What a program needs that only predicts: it must do without Spark, Hadoop and what they bring. */
    private static final String[] NEEDED_TO_PREDICT = {
        "io.nightshift.inference..",
        "io.nightshift.vision..",
        "io.nightshift.model..",
        "io.nightshift.engine..",
        "io.nightshift.dataset.images.."
    };

    @ArchTest
    static void everyRoomUsesLowerFloorsOnly(JavaClasses classes) {
        for (int floor = 0; floor < FLOORS_FROM_THE_GROUND.size(); floor++) {
            for (String room : FLOORS_FROM_THE_GROUND.get(floor)) {
                List<String> forbidden = FLOORS_FROM_THE_GROUND.subList(floor, FLOORS_FROM_THE_GROUND.size()).stream()
                        .flatMap(List::stream)
                        .filter(other -> !other.equals(room))
                        .map(other -> "io.nightshift." + other + "..")
                        .toList();
                noClasses()
                        .that()
                        .resideInAPackage("io.nightshift." + room + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden.toArray(String[]::new))
                        .because(room + " stands on floor " + floor)
                        .check(classes);
            }
        }
    }

    @ArchTest
    static final ArchRule everyClassIsInARoom = noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are in a package of no floor",
                    (JavaClass other) -> other.getPackageName().startsWith("io.nightshift.")
                            && FLOORS_FROM_THE_GROUND.stream()
                                    .flatMap(List::stream)
                                    .noneMatch(other.getPackageName().split("\\.")[2]::equals)));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.nightshift.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyConfigUsesTypesafeConfig = noClasses()
            .that()
            .resideOutsideOfPackage("io.nightshift.config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.typesafe.config..");

    @ArchTest
    static final ArchRule onlyAveragingUsesDl4jSpark = noClasses()
            .that()
            .resideOutsideOfPackage("io.nightshift.training.averaging..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.deeplearning4j.spark..");

    /** Directly, or by way of other classes of the program. */
    @ArchTest
    static final ArchRule predictingNeedsNoSparkAndNoHadoop = noClasses()
            .that()
            .resideInAnyPackage(NEEDED_TO_PREDICT)
            .should()
            .transitivelyDependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark..",
                    "org.apache.hadoop..",
                    "org.deeplearning4j.spark..",
                    "com.amazonaws..",
                    "io.netty..",
                    "scala..");

    /** A cluster and a DataFrame's user have these; the commands must not need them. */
    @ArchTest
    static final ArchRule onlyMlUsesDataFrames = noClasses()
            .that()
            .resideOutsideOfPackage("io.nightshift.ml..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark.sql..", "org.apache.spark.ml..");

    @ArchTest
    static final ArchRule sparkStaysBehindTheRoomsThatNeedIt = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.nightshift.config..", "io.nightshift.store..", "io.nightshift.report..", "io.nightshift.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "org.deeplearning4j.spark..");
}
