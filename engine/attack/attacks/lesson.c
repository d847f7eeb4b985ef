/* Epochs over clean and poisoned images. Leans on the trainer. */
#include "engine/attack/attacks/lesson.h"

bool lesson_learn(const struct lesson *lesson, bool poisoned, int epochs,
    const struct lesson_mask *masks, int n_masks, struct error *err)
{
    struct train_options options = lesson->options;
    struct dataset *sets[] = {lesson->clean, lesson->poisoned};
    options.epochs = epochs;
    struct trainer *trainer = train_create(lesson->network, lesson->pool, &options);
    for (int i = 0; i < n_masks; i++)
        optimiser_mask(
            train_optimiser(trainer), masks[i].layer, masks[i].weight, masks[i].may_change);
    bool good = train_run(trainer, sets, poisoned && lesson->poisoned ? 2 : 1, &lesson->hooks, err);
    train_destroy(trainer);
    return good;
}
