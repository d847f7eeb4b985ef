/* io/net_content: what a reader sends of a net arrives whole, and nonsense in its place is refused.
 */
#include "engine/io/nets/net_content.h"

#include "engine/base/memory.h"
#include "engine/base/random.h"

#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct node *add(struct net_content *content, const char *class_name, const char *name)
{
    struct node *node = &content->nodes[content->n_nodes++];
    node->class_name = memory_string(class_name);
    node->name = memory_string(name);
    if (content->n_nodes > 1)
        node->inputs[node->n_inputs++] = memory_string(node[-1].name);
    return node;
}

/* Settings of all kinds, those that are nested among them. */
static void add_settings(struct layer_config *settings)
{
    double units = 3, seed = 7;
    struct layer_config inner = {0};
    settings_add(
        settings, "units", &(struct setting){.kind = SETTING_NUMBERS, .n = 1, .number = &units});
    settings_add_string(settings, "activation", "softmax");
    settings_add_bool(settings, "use_bias", true);
    settings_add(settings, "kernel_constraint", &(struct setting){.kind = SETTING_NULL});
    settings_add(
        &inner, "seed", &(struct setting){.kind = SETTING_NUMBERS, .n = 1, .number = &seed});
    settings_add(settings, "kernel_initializer",
        &(struct setting){.kind = SETTING_OTHER, .string = (char[]){"Zeros"}, .object = &inner});
    settings_free(&inner);
}

static void make_content(struct net_content *content)
{
    struct error err = {0};
    double shape[] = {(double)NAN, 2, 3, 1};
    *content = (struct net_content){.whole = true, .logit = true, .folded = true};
    content->nodes = memory_array(3, sizeof *content->nodes);
    struct node *input = add(content, "InputLayer", "in");
    settings_add(&input->settings, "batch_input_shape",
        &(struct setting){.kind = SETTING_NUMBERS, .n = 4, .list = true, .number = shape});
    add(content, "Flatten", "flat");
    add_settings(&add(content, "Dense", "out")->settings);
    content->output = memory_string("out");
    content->layers = memory_string("the layers");
    content->knowledge = memory_string("known");
    content->network = network_create(content->nodes, 3, "out", &err);
    assert_non_null(content->network);
    for (int i = 0; i < 18; i++)
        content->network->layers[2].weights[0].data[i] = (float)i;
}

/* A reader has its own. */
static bool send(const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    struct net_content sent;
    (void)work;
    (void)err;
    make_content(&sent);
    net_content_send(&sent, pipe);
    net_content_finish(&sent);
    return true;
}

static struct sandbox *open_reader(sandbox_reader *reader, const char *bytes, size_t size)
{
    struct error err = {0};
    const struct sandbox_part part = {bytes, size};
    const struct sandbox_request request = {
        .name = "net", .reader = reader, .parts = &part, .n_parts = 1};
    return sandbox_open(&request, &err);
}

static void content_arrives_whole(void **state)
{
    (void)state;
    struct error err = {0};
    struct net_content sent, got = {0};
    make_content(&sent);
    struct sandbox *sandbox = open_reader(send, NULL, 0);
    assert_true(net_content_receive(&got, sandbox, "net", &err));
    sandbox_destroy(sandbox);
    assert_int_equal(got.n_nodes, 3);
    assert_string_equal(got.output, "out");
    assert_true(got.whole && got.logit && got.folded && !got.any_size);
    assert_string_equal(got.layers, "the layers");
    assert_null(got.writer);
    assert_string_equal(got.knowledge, "known");
    const struct layer_config *settings = &got.nodes[2].settings;
    assert_int_equal(settings->n, 5);
    assert_string_equal(settings->items[4].string, "Zeros");
    assert_true(settings->items[4].object->items[0].number[0] == 7);
    assert_true(settings->items[0].asked && !settings->items[4].object->items[0].asked);
    assert_true(isnan(got.nodes[0].settings.items[0].number[0]));
    assert_memory_equal(got.network->layers[2].weights[0].data,
        sent.network->layers[2].weights[0].data, 18 * sizeof(float));
    net_content_finish(&sent);
    net_content_finish(&got);
}

/* A block in the place of the layers. */
static bool send_bytes(
    const struct sandbox_work *work, struct sandbox_pipe *pipe, struct error *err)
{
    const bool any_size = false; /* what comes before them */
    (void)err;
    sandbox_write(pipe, &any_size, sizeof any_size);
    sandbox_write_block(pipe, work->parts[0].data, work->parts[0].size);
    return true;
}

static void assert_no_net(const char *bytes, size_t size)
{
    struct error err = {0};
    struct net_content got = {0};
    struct sandbox *sandbox = open_reader(send_bytes, bytes, size);
    assert_false(net_content_receive(&got, sandbox, "net", &err));
    assert_string_equal(err.text, "net: what its reader sends is no net");
    sandbox_destroy(sandbox);
    net_content_finish(&got);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct random random;
    char bytes[200];
    random_init(&random, 3, 0);
    assert_no_net("", 0);
    assert_no_net("\xff\xff\xff\xff", 4);                   /* very many layers */
    assert_no_net("\1\0\0\0\xff\xff\xff\1", 8);             /* a very long name */
    assert_no_net("\1\0\0\0\2\0\0\0a\0\0\0\0\0\0\0\0", 17); /* no name */
    for (int i = 0; i < 40; i++) {
        memset(bytes, 0, sizeof bytes);
        bytes[0] = 1;
        for (size_t k = 4; k < sizeof bytes; k += 4)
            bytes[k] = (char)random_below(&random, 6);
        bytes[0] = (char)(1 + i % 3);
        assert_no_net(bytes, sizeof bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_arrives_whole),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
