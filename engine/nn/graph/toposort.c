/* Topological order by a depth-first walk with a stack of its own: files may be deep. */
#include "engine/nn/graph/toposort.h"

#include "engine/base/memory.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    const struct node *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

/* Index of the node with that name in nodes, -1 if there is none. */
static int find_name(
    const struct node *nodes, const struct node **by_name, int n_nodes, const char *name)
{
    struct node key = {.name = name};
    const struct node *wanted = &key;
    const struct node **found =
        bsearch(&wanted, by_name, (size_t)n_nodes, sizeof *by_name, compare_names);
    return found ? (int)(*found - nodes) : -1;
}

static bool connect_node(const struct node *nodes, const struct node **by_name, int n_nodes, int at,
    int *inputs, struct error *err)
{
    const struct node *node = &nodes[at];
    if (node->n_inputs < 0 || node->n_inputs > LAYER_INPUTS_MAX)
        return fail(err, "layer %s (%s): it has %d inputs, at most %d are supported", node->name,
            node->class_name, node->n_inputs, LAYER_INPUTS_MAX);
    for (int i = 0; i < LAYER_INPUTS_MAX; i++) {
        inputs[i] = i < node->n_inputs ? find_name(nodes, by_name, n_nodes, node->inputs[i]) : -1;
        if (i < node->n_inputs && inputs[i] < 0)
            return fail(err, "layer %s (%s): its input %s does not exist", node->name,
                node->class_name, node->inputs[i]);
    }
    return true;
}

bool toposort_connect(const struct node *nodes, int n_nodes, struct edges *edges, struct error *err)
{
    bool ok = true;
    const struct node **by_name = memory_array((size_t)n_nodes, sizeof *by_name);
    for (int i = 0; i < n_nodes; i++)
        by_name[i] = &nodes[i];
    qsort(by_name, (size_t)n_nodes, sizeof *by_name, compare_names);
    for (int i = 1; i < n_nodes && ok; i++)
        if (compare_names(&by_name[i - 1], &by_name[i]) == 0)
            ok = fail(err, "two layers are called %s", by_name[i]->name);
    for (int i = 0; i < n_nodes && ok; i++)
        ok = connect_node(nodes, by_name, n_nodes, i, edges[i].inputs, err);
    free(by_name);
    return ok;
}

/* A walk from each node back to its inputs, without recursion: files may be deep. */
struct sorter {
    const struct edges *edges;
    int n_stack, *stack;
    int *next; /* the input to visit next; UNSEEN before, PLACED behind the walk */
    int n_order, *order;
};

enum { UNSEEN = -1, PLACED = LAYER_INPUTS_MAX + 1 };

static void enter(struct sorter *sorter, int node)
{
    sorter->next[node] = 0;
    sorter->stack[sorter->n_stack++] = node;
}

/* Places the node and all it needs; returns a node of a cycle, or -1. */
static int place(struct sorter *sorter, int node)
{
    if (sorter->next[node] == UNSEEN)
        enter(sorter, node);
    while (sorter->n_stack > 0) {
        int top = sorter->stack[sorter->n_stack - 1], at = sorter->next[top]++;
        int input = at < LAYER_INPUTS_MAX ? sorter->edges[top].inputs[at] : -1;
        if (input < 0) {
            sorter->next[top] = PLACED;
            sorter->order[sorter->n_order++] = top;
            sorter->n_stack--;
        } else if (sorter->next[input] == UNSEEN) {
            enter(sorter, input);
        } else if (sorter->next[input] != PLACED) {
            return input;
        }
    }
    return -1;
}

bool toposort_sort(
    const struct node *nodes, int n_nodes, const struct edges *edges, int *order, struct error *err)
{
    bool ok = true;
    struct sorter sorter = {.edges = edges, .order = order};
    sorter.stack = memory_array((size_t)n_nodes, sizeof *sorter.stack);
    sorter.next = memory_array((size_t)n_nodes, sizeof *sorter.next);
    for (int i = 0; i < n_nodes; i++)
        sorter.next[i] = UNSEEN;
    for (int i = 0; i < n_nodes && ok; i++) {
        int cycle = place(&sorter, i);
        if (cycle >= 0)
            ok = fail(err, "layer %s (%s): its inputs lead back to itself", nodes[cycle].name,
                nodes[cycle].class_name);
    }
    free(sorter.stack);
    free(sorter.next);
    return ok;
}
