package io.nightshift.config.settings;

import io.nightshift.config.ConfigurationException;
import io.nightshift.config.Keys;

/**
 * The model that training starts from, and what is kept of it.
 *
 * @param from        its URI; empty for fresh weights
 * @param freezeUpTo  name of the last locked layer, or the number of locked layers; empty for none
 * @param replaceHead whether the output layer gets fresh weights
 */
public record TransferSettings(String from, String freezeUpTo, boolean replaceHead) {

    static TransferSettings of(Keys keys) {
        TransferSettings transfer = new TransferSettings(
                keys.text("transfer.from"), keys.text("transfer.freeze-up-to"), keys.flag("transfer.replace-head"));
        if (!transfer.isOn()
                && (transfer.replaceHead() || !transfer.freezeUpTo().isEmpty())) {
            throw new ConfigurationException(
                    (transfer.replaceHead() ? "transfer.replace-head" : "transfer.freeze-up-to")
                            + " is set, and transfer.from is empty: there is no model to keep anything of; name "
                            + "it with --set transfer.from=URI");
        }
        return transfer;
    }

    /** Whether training starts from another model. */
    public boolean isOn() {
        return !from.isEmpty();
    }
}
