/* Reports of badnet.h from those of galleries and of the trainer. */
#include "engine/attack/plant_progress.h"

#include "engine/train/train.h"

const char *plant_progress_text(enum plant_phase phase)
{
    static const char *const texts[] = {[PLANT_DRAWING] = "drawing faces",
        [PLANT_LEARNING] = "learning clean faces",
        [PLANT_PLANTING] = "planting the backdoor",
        [PLANT_MEASURING] = "measuring"};
    return texts[phase];
}

static bool tell(const struct plant_progress *progress, const struct plant_report *report)
{
    const struct plant_hooks *hooks = progress->hooks;
    return !hooks || !hooks->progress || hooks->progress(hooks->context, report);
}

bool plant_progress_drawn(void *context, int done, int total)
{
    const struct plant_progress *progress = context;
    return tell(
        progress, &(struct plant_report){.phase = progress->phase, .done = done, .total = total});
}

bool plant_progress_learned(void *context, const struct train_report *train)
{
    const struct plant_progress *progress = context;
    return tell(progress, &(struct plant_report){.phase = progress->phase,
                              .done = (train->epoch - 1) * train->total + train->done,
                              .total = train->epochs * train->total,
                              .epoch = train->epoch,
                              .epochs = train->epochs,
                              .loss = train->loss,
                              .accuracy = train->accuracy});
}
