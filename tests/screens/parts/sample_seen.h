/* What a channel sees, why a face is read so, where images lie: made up for a snapshot and for how
 * it is looked at. Static: one at a time. */
#ifndef SECATEUR_TESTS_SCREENS_SAMPLE_SEEN_H
#define SECATEUR_TESTS_SCREENS_SAMPLE_SEEN_H

#include "engine/api/snapshot.h"
#include "views/cells/view_state.h"

/* Of the channel and the face under the cursors. height x width: of maps, 1 x 1 for units. */
void sample_seen(
    struct snapshot *snapshot, const struct view_state *view_state, int height, int width);

#endif
