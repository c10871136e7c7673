package io.nightshift;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the program, and which way they may see each other. */
@AnalyzeClasses(packages = "io.nightshift", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule importsRunOneWay = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("cli").definedBy("io.nightshift.cli..")
            .layer("job").definedBy("io.nightshift.job..")
            .layer("train").definedBy("io.nightshift.train..")
            .layer("face").definedBy("io.nightshift.face..")
            .layer("report").definedBy("io.nightshift.report..")
            .layer("evaluate").definedBy("io.nightshift.evaluate..")
            .layer("model").definedBy("io.nightshift.model..")
            .layer("data").definedBy("io.nightshift.data..")
            .layer("store").definedBy("io.nightshift.store..")
            .layer("config").definedBy("io.nightshift.config..")
            .whereLayer("cli").mayNotBeAccessedByAnyLayer()
            .whereLayer("job").mayOnlyBeAccessedByLayers("cli")
            .whereLayer("train").mayOnlyBeAccessedByLayers("job", "cli")
            .whereLayer("report").mayOnlyBeAccessedByLayers("job", "cli")
            .whereLayer("face").mayOnlyBeAccessedByLayers("job", "cli")
            .whereLayer("evaluate").mayOnlyBeAccessedByLayers("report", "job", "cli")
            .whereLayer("model").mayOnlyBeAccessedByLayers("train", "report", "evaluate", "face", "job", "cli")
            .whereLayer("data").mayOnlyBeAccessedByLayers("model", "train", "report", "evaluate", "face", "job", "cli")
            .whereLayer("store").mayOnlyBeAccessedByLayers("data", "model", "train", "report", "evaluate", "face", "job", "cli");

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.nightshift.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyConfigTouchesTypesafeConfig = noClasses().that()
            .resideOutsideOfPackage("io.nightshift.config..")
            .should().dependOnClassesThat().resideInAPackage("com.typesafe.config..");

    @ArchTest
    static final ArchRule sparkStaysBehindTheRoomsThatNeedIt = noClasses().that()
            .resideInAnyPackage("io.nightshift.config..", "io.nightshift.model..", "io.nightshift.store..",
                    "io.nightshift.report..", "io.nightshift.face..", "io.nightshift.cli..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.spark..", "org.deeplearning4j.spark..");
}
