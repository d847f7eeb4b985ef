/* load: nets within nets, in several levels, with several inputs and outputs, called again; what is
 * wrong with them in one line. */
#include "tests/unit/io/keras/keras_twins.h"

#define CALL(name) "[[\"" name "\", 0, 0, {}]]"
#define LAYER TINY_LAYER
#define RELU(name, from) LAYER("ReLU", name, "", from)
#define FLAT(name, from) LAYER("Flatten", name, "", from)
#define DENSE(name, units, from) LAYER("Dense", name, ", \"units\": " units, from)
#define OUTPUT(from) TINY_DENSE(from)
#define INPUT(name, shape)                                                                    \
    "{\"class_name\": \"InputLayer\", \"name\": \"" name "\", \"config\": {\"name\": \"" name \
    "\", \"batch_input_shape\": [null, " shape "]}, \"inbound_nodes\": []}"
#define NET(name, layers, inputs, outputs, calls)                                                \
    "{\"class_name\": \"Functional\", \"name\": \"" name "\", \"config\": {\"name\": \"" name    \
    "\", \"layers\": [" layers "], \"input_layers\": [" inputs "], \"output_layers\": [" outputs \
    "]}, \"inbound_nodes\": [" calls "]}"
#define END(name) "[\"" name "\", 0, 0]"
#define WHOLE(layers) FUNCTIONAL(TINY_INPUT ", " layers, TINY_ENDS)

/* Two layers deep, and the outer one called at index `call`, as Keras 2 and 3 count. */
#define INNERMOST \
    NET("in", INPUT("x", "4") ", " DENSE("b", "4", CALL("x")), END("x"), END("b"), CALL("a"))
#define MIDDLE                                                                            \
    NET("mid", INPUT("y", "36") ", " DENSE("a", "4", CALL("y")) ", " INNERMOST, END("y"), \
        END("in"), CALL("flat"))
#define DEEP(call)                                            \
    WHOLE(FLAT("flat", CALL("input")) ", " MIDDLE ", " LAYER( \
        "Dense", "output", ", \"units\": 3", "[[\"mid\", " call ", 0, {}]]"))
static const char deep_plain[] = WHOLE(FLAT("flat", CALL("input")) ", " DENSE(
    "a", "4", CALL("flat")) ", " DENSE("b", "4", CALL("a")) ", " DENSE("output", "3", CALL("b")));

/* Two inputs, of which the second is read first; two outputs that meet again. */
#define PAIR                                                                                     \
    NET("pair",                                                                                  \
        INPUT("p", "4") ", " INPUT("q", "4") ", " LAYER("Concatenate", "join", ", \"axis\": -1", \
            "[[\"q\", 0, 0, {}], [\"p\", 0, 0, {}]]") ", " DENSE("c", "4",                       \
            CALL("join")) ", " DENSE("d", "4", CALL("q")),                                       \
        END("p") ", " END("q"), END("c") ", " END("d"), "[[\"a\", 0, 0, {}], [\"b\", 0, 0, {}]]")
#define TWO_HEADS               \
    FLAT("flat", CALL("input")) \
    ", " DENSE("a", "4", CALL("flat")) ", " DENSE("b", "4", CALL("flat"))
static const char pair[] = WHOLE(TWO_HEADS ", " PAIR ", " LAYER("Add", "sum", "",
    "[[\"pair\", 0, 0, {}], [\"pair\", 0, 1, {}]]") ", " DENSE("output", "3", CALL("sum")));
static const char pair_plain[] = WHOLE(TWO_HEADS ", " LAYER("Concatenate", "join", ", \"axis\": -1",
    "[[\"b\", 0, 0, {}], [\"a\", 0, 0, {}]]") ", " DENSE("c", "4", CALL("join")) ", " DENSE("d",
    "4", CALL("b")) ", " LAYER("Add", "sum", "",
    "[[\"c\", 0, 0, {}], [\"d\", 0, 0, {}]]") ", " DENSE("output", "3", CALL("sum")));

/* One net called for two tensors, and once more for what it made. */
#define TWICE(first, second, third)                                                                \
    WHOLE(TWO_HEADS ", " NET("twin",                                                               \
        INPUT("x", "4") ", " DENSE("c", "4", CALL("x")) ", " RELU("r", CALL("c")), END("x"),       \
        END("r"),                                                                                  \
        CALL("a") ", " CALL("b") ", [[\"twin\", " second ", 0, {}]]") ", " LAYER("Add", "sum", "", \
        "[[\"twin\", " first ", 0, {}], [\"twin\", " third                                         \
        ", 0, {}]]") ", " DENSE("output", "3", CALL("sum")))
static const char twice_plain[] = WHOLE(TWO_HEADS ", " DENSE("c", "4", CALL("a")) ", " DENSE(
    "c@2", "4", CALL("b")) ", " RELU("r", CALL("c")) ", " RELU("r@2", CALL("c@2")) ", " DENSE("c@3",
    "4", CALL("r@2")) ", " RELU("r@3", CALL("c@3")) ", " LAYER("Add", "sum", "",
    "[[\"r\", 0, 0, {}], [\"r@3\", 0, 0, {}]]") ", " DENSE("output", "3", CALL("sum")));

static void nets_inside_are_flattened(void **state)
{
    (void)state;
    twins_expect_same(DEEP("0"), deep_plain);
    twins_expect_same(DEEP("1"), deep_plain); /* Keras 2 counts some from 1 */
    twins_expect_same(pair, pair_plain);
    twins_expect_same(TWICE("0", "1", "2"), twice_plain);
    twins_expect_same(TWICE("1", "2", "3"), twice_plain);
}

static void names_are_paths(void **state)
{
    (void)state;
    struct network *network = twins_network(DEEP("0"));
    assert_true(network_find(network, "mid/a") >= 0);
    assert_true(network_find(network, "mid/in/b") >= 0);
    assert_int_equal(network_find(network, "b"), -1);
    assert_int_equal(network_find_inner(network, "b"), network_find(network, "mid/in/b"));
    assert_int_equal(network_find_inner(network, "in/b"), network_find(network, "mid/in/b"));
    assert_int_equal(network_find_inner(network, "/b"), -1);
    network_destroy(network);
    network = twins_network(TWICE("0", "1", "2"));
    int first = network_find(network, "twin/c"), again = network_find(network, "twin@2/c");
    assert_true(first >= 0 && again >= 0);
    assert_int_equal(network->layers[again].owner, first);
    assert_ptr_equal(
        network->layers[again].weights[0].data, network->layers[first].weights[0].data);
    assert_int_equal(network_find_inner(network, "c"), -1); /* several end so */
    assert_int_equal(network->n_parameters, 36 * 4 * 2 + 8 + 20 + 15);
    network_destroy(network);
}

static const struct {
    const char *json, *message;
} bad[] = {
    {WHOLE(FLAT("flat", CALL("input")) ", " NET("in",
         INPUT("x", "36") ", " DENSE("c", "3", CALL("x")) ", " DENSE("c", "3", CALL("x")), END("x"),
         END("c"), CALL("flat")) ", " OUTPUT("in")),
        "bad: in: two layers are called c"},
    {WHOLE(FLAT("flat", CALL("input")) ", " NET("in",
         INPUT("x", "36") ", " INPUT("y", "36") ", " DENSE("c", "3", CALL("x")),
         END("x") ", " END("y"), END("c"), CALL("flat")) ", " OUTPUT("in")),
        "bad: in: is a net with 2 inputs, and is given 1"},
    {WHOLE(FLAT("flat", CALL("input")) ", " NET("in",
         INPUT("x", "36") ", " DENSE("c", "3", CALL("x")), END("x"), END("c"),
         CALL("flat")) ", " LAYER("Dense", "output", ", \"units\": 3", "[[\"in\", 0, 1, {}]]")),
        "bad: layer output (Dense): reads an output that in does not have"},
    {WHOLE(FLAT("flat", CALL("input")) ", " NET("in",
         INPUT("x", "36") ", " DENSE("c", "3", CALL("x")), END("x"), END("c"),
         CALL("in")) ", " OUTPUT("in")),
        "bad: layer in/c (Dense): its inputs lead back to itself"},
    {WHOLE(NET("one", INPUT("x", "36") ", " DENSE("c", "36", CALL("x")), END("x"), END("c"),
         CALL("two")) ", " NET("two", INPUT("x", "36") ", " DENSE("c", "36", CALL("x")), END("x"),
         END("c"), CALL("one")) ", " OUTPUT("two")),
        "bad: layer one/c (Dense): its inputs lead back to itself"},
    {WHOLE(TWO_HEADS ", " NET("twin", INPUT("x", "4") ", " DENSE("c", "36", CALL("x")), END("x"),
         END("c"), CALL("a") ", " CALL("flat")) ", " OUTPUT("twin")),
        "bad: layer twin@2/c (Dense): it has the weights of twin/c, but reads 36 where that reads "
        "4"},
    {WHOLE(NET("in",
         "{\"class_name\": \"Lambda\", \"name\": \"l\", \"config\": {\"name\": \"l\"}, "
         "\"inbound_nodes\": []}",
         "", "", CALL("input")) ", " OUTPUT("in")),
        "bad: in: the net has no inputs"},
};

static void bad_nets_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = {0};
        assert_null(keras_network(bad[i].json, "bad", &err));
        assert_string_equal(err.text, bad[i].message);
    }
}

/* Sequential nets in each other, each with a layer of its own. */
static char *nested(int depth)
{
    char *json = NULL;
    size_t size;
    FILE *out = open_memstream(&json, &size);
    fputs("{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": "
          "[{\"class_name\": "
          "\"InputLayer\", \"config\": {\"name\": \"i\", \"batch_input_shape\": [null, 6, 6, 1]}}, "
          "{\"class_name\": \"Flatten\", \"config\": {\"name\": \"flat\"}}",
        out);
    for (int i = 0; i < depth; i++)
        fputs(
            ", {\"class_name\": \"Sequential\", \"config\": {\"name\": \"a net with a long name\", "
            "\"layers\": [{\"class_name\": \"ReLU\", \"config\": {\"name\": \"r\"}}",
            out);
    fputs(", {\"class_name\": \"Dense\", \"config\": {\"name\": \"out\", \"units\": 3}}", out);
    for (int i = 0; i < depth; i++)
        fputs("]}}", out);
    fputs("]}}", out);
    fclose(out);
    return json;
}

static void deep_nets_end(void **state)
{
    (void)state;
    static const struct {
        int depth;
        const char *end; /* of the message; NULL: it opens */
    } deep[] = {{32, NULL}, {33, "is nested too deep in other nets"},
        {1000, "bad: line 1: is nested more than 256 deep"}};
    for (int i = 0; i < 3; i++) {
        struct error err = {0};
        char *json = nested(deep[i].depth);
        struct network *network = keras_network(json, "bad", &err);
        size_t length = deep[i].end ? strlen(deep[i].end) : 0;
        assert_int_equal(network != NULL, deep[i].end == NULL);
        assert_true(!deep[i].end || strlen(err.text) >= length);
        if (deep[i].end)
            assert_string_equal(err.text + strlen(err.text) - length, deep[i].end);
        network_destroy(network);
        free(json);
    }
}

/* Each net calls the next one twice: 2^20 calls of the innermost. */
static void nets_that_double_end(void **state)
{
    (void)state;
    enum { LEVELS = 20 };
    struct error err = {0};
    char *inner = memory_string(DENSE("c", "4", CALL("x0"))), *name = memory_string("c");
    for (int i = 0; i < LEVELS; i++) {
        char *json = memory_format(
            "{\"class_name\": \"Functional\", \"name\": \"n%d\", \"config\": {\"name\": \"n%d\", "
            "\"layers\": [{\"class_name\": \"InputLayer\", \"name\": \"x%d\", \"config\": "
            "{\"name\": "
            "\"x%d\"}, \"inbound_nodes\": []}, %s], \"input_layers\": [[\"x%d\", 0, 0]], "
            "\"output_layers\": [[\"%s\", 0, 0]]}, \"inbound_nodes\": [[[\"x%d\", 0, 0, {}]], "
            "[[\"n%d\", 0, 0, {}]]]}",
            i, i, i, i, inner, i, name, i + 1, i);
        free(inner);
        free(name);
        inner = json;
        name = memory_format("n%d", i);
    }
    char *whole = memory_format(FUNCTIONAL("%s, %s, %s, %s", TINY_ENDS), TINY_INPUT,
        FLAT("x20", CALL("input")), inner, OUTPUT("n19"));
    assert_null(keras_network(whole, "bad", &err));
    assert_non_null(strstr(err.text, "has more than 4000"));
    free(whole);
    free(inner);
    free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_inside_are_flattened),
        cmocka_unit_test(names_are_paths),
        cmocka_unit_test(bad_nets_are_refused),
        cmocka_unit_test(deep_nets_end),
        cmocka_unit_test(nets_that_double_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
