/* Sessions under test: small nets and image sets in files of a folder of their own, and everything
 * that a snapshot shows as text. Includes tests/test.h. */
#ifndef SECATEUR_TESTS_UNIT_SESSION_TRIAL_H
#define SECATEUR_TESTS_UNIT_SESSION_TRIAL_H

#include "engine/session/driver/session.h"

#include "tests/nets.h"

#include "tests/test.h"

enum { TRIAL_CLEAN = 130, TRIAL_POISONED = 70, TRIAL_TESTS = 50 };

/* A net of the list, by the theme that it tests. */
struct trial_net {
    const char *name;
    const struct test_node *nodes;
    int n;
    int seed; /* of its weights */
};
extern const struct trial_net trial_nets[];
extern const struct trial_net trial_wide; /* the same, but takes longer */
extern const int trial_n_nets;
const struct trial_net *trial_net(const char *name);

/* A new folder, where the test program stays; emptied before each test. */
int trial_begin(void **state);
int trial_each(void **state);
int trial_end(void **state);

/* Writes net.h5 with random weights, and clean.h5, poisoned.h5, test_clean.h5, test_poisoned.h5,
 * so that all clean images are right and every poisoned one has a white corner. */
void trial_write(const struct trial_net *net);
/* surrogate.h5: the images of clean.h5, once they are written, with some trigger for class 1. */
void trial_write_surrogate(const struct trial_net *net);
/* The network of trial_write, to be destroyed. */
struct network *trial_network(const struct trial_net *net);
struct options trial_options(void); /* these files; 1/255, one thread */
void trial_write_text(const char *path, const char *text);

struct session *trial_open(const struct options *options, const struct session_hooks *hooks);
/* A command and all the work that it starts. */
bool trial_try(struct session *session, const struct command *command, struct error *err);
void trial_do(struct session *session, enum command_kind kind, int number); /* must succeed */
void trial_say(struct session *session, enum command_kind kind, const char *text);
void trial_threshold(struct session *session, double points);
/* Must fail at once with this text, and leave what the session shows as it was. */
void trial_refuse(struct session *session, const struct command *command, const char *message);

/* Everything that a snapshot shows, malloc'd: what the work found alone, or times, serial numbers
 * and messages too. */
enum trial_detail { TRIAL_FOUND, TRIAL_ALL };
char *trial_text(const struct snapshot *snapshot, enum trial_detail detail);
char *trial_found(struct session *session);
void trial_expect_found(struct session *session, const char *expected);

/* A copy of the network with the channels zeroed that are pruned in a round, and how many images
 * of a set it has right, one after the other the plain way; of poisoned images, those that show
 * another class in the set `clean` (NULL: all). */
struct network *trial_zeroed(
    const struct network *network, const struct snapshot *snapshot, int round);
int trial_right(const struct network *network, const char *path);
/* Whether the predictions of the standing round are those of a net whose channels were zeroed, one
 * image after the other the plain way; near ties are nobody's. */
void trial_check_plainly(const struct snapshot *snapshot, const struct network *network);
/* Whether they are, to the last image, those of a pass of the zeroed net from the pixels on. */
void trial_check_exactly(const struct snapshot *snapshot, const struct network *network);

#endif
