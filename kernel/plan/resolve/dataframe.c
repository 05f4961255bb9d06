// SPDX-License-Identifier: Apache-2.0
// Relations that only dataframe calls produce.
#include "kernel/plan/resolve/resolver_internal.h"

bool resolve_dataframe(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    (void)resolver, (void)out;
    return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature", "this relation");
}
