package io.nightshift;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The Spark context of all tests: a JVM can have one only, and starting it takes longer than most tests. */
public final class SparkFixture {
    private SparkFixture() {}

    /** The context, started on first use; it ends with the JVM, so no test may stop it. */
    public static JavaSparkContext spark() {
        return Holder.SPARK;
    }

    private static final class Holder {
        static final JavaSparkContext SPARK = new JavaSparkContext(new SparkConf()
                .setMaster("local[2]")
                .setAppName("nightshift tests")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.ui.enabled", "false")
                .set("spark.ui.showConsoleProgress", "false"));
    }
}
