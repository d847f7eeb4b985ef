/* Counts the passes that the linker wraps, and can delay them. */
#include "tests/passes.h"

#include "engine/nn/forward/batched_plan.h"
#include "engine/nn/forward/sparse_plan.h"

void __real_batched_pass_run(struct batched_pass *pass, const bool *wanted);
void __wrap_batched_pass_run(struct batched_pass *pass, const bool *wanted);
void __real_batched_pass_run_group(struct batched_pass *const *all, int n, const bool *wanted);
void __wrap_batched_pass_run_group(struct batched_pass *const *all, int n, const bool *wanted);
void __real_sparse_pass_run_all(struct sparse_pass *const *all, int n, const bool *wanted);
void __wrap_sparse_pass_run_all(struct sparse_pass *const *all, int n, const bool *wanted);

void __wrap_batched_pass_run(struct batched_pass *pass, const bool *wanted)
{
    pass_begins();
    __real_batched_pass_run(pass, wanted);
}

void __wrap_batched_pass_run_group(struct batched_pass *const *all, int n, const bool *wanted)
{
    pass_begins();
    __real_batched_pass_run_group(all, n, wanted);
}

void __wrap_sparse_pass_run_all(struct sparse_pass *const *all, int n, const bool *wanted)
{
    pass_begins();
    __real_sparse_pass_run_all(all, n, wanted);
}
