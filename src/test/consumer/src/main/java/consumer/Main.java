package consumer;

import io.nightshift.inference.EmotionModel;
import io.nightshift.inference.EmotionScores;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import javax.imageio.ImageIO;

/** Prints the emotion of a face, and the milliseconds that the model took to load: arguments are model and image. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        // Of this thread's processor time: the time on a quiet machine, whatever runs beside it.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long begin = clock.getCurrentThreadCpuTime();
        EmotionModel model = EmotionModel.load(arguments[0]);
        long milliseconds = (clock.getCurrentThreadCpuTime() - begin) / 1_000_000;
        EmotionScores scores = model.predict(ImageIO.read(new File(arguments[1])));
        System.out.println(scores.label() + " " + scores.confidence() + " " + milliseconds);
    }
}
