package io.nightshift.engine.gpu;

import io.nightshift.engine.gpu.cuda.Card;
import io.nightshift.engine.gpu.cuda.CudaCalls;
import io.nightshift.engine.gpu.cuda.CudaStatus;
import io.nightshift.engine.gpu.cuda.GpuException;
import io.nightshift.engine.gpu.cuda.GpuException.Reason;
import java.util.ArrayList;
import java.util.List;

/** Chooses the card that a process computes on. */
public final class CardChoice {
    /** The CUDA version of the libraries that this package was compiled for. */
    private static final int CUDA = 13000;

    private final CudaCalls cuda;

    public CardChoice(CudaCalls cuda) {
        this.cuda = cuda;
    }

    /**
     * Lists the visible cards.
     *
     * @throws GpuException if there is no driver, if it is too old, or if it sees no card
     */
    List<Card> list() {
        int[] version = new int[1];
        CudaStatus.check(cuda, cuda.driverVersion(version), "asking for the driver's version");
        if (version[0] == 0) {
            throw new GpuException(Reason.NO_DRIVER, "no NVIDIA driver is running");
        }
        if (version[0] < CUDA) {
            throw new GpuException(
                    Reason.DRIVER_TOO_OLD,
                    "the NVIDIA driver supports CUDA %d.%d, and CUDA 13 needs driver 580 or later"
                            .formatted(version[0] / 1000, version[0] % 1000 / 10));
        }
        int[] count = new int[1];
        CudaStatus.check(cuda, cuda.cardCount(count), "asking for the number of GPUs");
        List<Card> cards = new ArrayList<>();
        Card[] card = new Card[1];
        for (int index = 0; index < count[0]; index++) {
            CudaStatus.check(cuda, cuda.card(index, card), "asking for GPU " + index);
            cards.add(card[0]);
        }
        return cards;
    }

    /**
     * Makes a card the current one of the calling thread.
     *
     * @param address the card's index among the visible ones or its UUID, as a cluster manager assigns it; null for the
     *                first usable card
     * @return the card
     * @throws GpuException if that card, or every card, cannot be used
     */
    public Card use(String address) {
        List<String> reasons = new ArrayList<>();
        for (Card card : list()) {
            if (address != null && !address.equals(Integer.toString(card.index())) && !address.equals(card.uuid())) {
                continue;
            }
            if (card.unusable().isEmpty()) {
                CudaStatus.check(cuda, cuda.useCard(card.index()), "choosing " + card);
                return card;
            }
            reasons.add(card.unusable().get());
        }
        if (!reasons.isEmpty()) {
            throw new GpuException(Reason.NO_CARD, String.join("; ", reasons));
        }
        throw new GpuException(
                Reason.NO_CARD, address == null ? "no GPU is visible" : "no visible GPU has the address " + address);
    }
}
