// SPDX-License-Identifier: Apache-2.0
// PIVOT and UNPIVOT.
#include "kernel/plan/resolve/resolver_internal.h"

bool resolve_pivot(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    (void)resolver, (void)out;
    return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature", "PIVOT");
}

bool resolve_unpivot(Resolver *resolver, const URel *source, Relation *out, Error *err) {
    (void)resolver, (void)out;
    return FAIL(err, source->origin.span, ERR_UNSUPPORTED_FEATURE, "feature", "UNPIVOT");
}
