// SPDX-License-Identifier: Apache-2.0
// Walks below folders and patterns over paths.
//
// A pattern is matched part by part, so that only folders that can match are listed. Alternatives
// in braces may hold slashes: they are expanded to several patterns first.
#include "kernel/lake/storage/storage_internal.h"

#include "base/text.h"
#include "base/utf8.h"

enum { WALK_DEPTH_MAX = 64, PATTERNS_MAX = 1024 };

static bool name_hidden(Slice name) {
    if (name.bytes == 0) return true;
    if (name.data[0] != '_' && name.data[0] != '.') return false;
    return slice_find_char(name, '=', 0) == SIZE_MAX;
}

static bool walk_into(Arena *arena, Slice folder, int depth, StorageListing *all, Error *err) {
    StorageListing level;
    bool found;
    if (!storage_list(arena, folder, &level, &found, err)) return false;
    if (depth > WALK_DEPTH_MAX) {
        return error_set(err, ERR_CANNOT_READ_FILE, "path", arena_cstr(arena, folder), "reason",
                         "folders are nested more than 64 deep");
    }
    for (size_t i = 0; i < level.count; i++) {
        const StorageEntry *entry = &level.entries[i];
        if (name_hidden(entry->name)) continue;
        if (entry->is_folder) {
            if (!walk_into(arena, entry->path, depth + 1, all, err)) return false;
        } else {
            ARENA_PUSH(arena, all->entries, all->count, *entry);
        }
    }
    return true;
}

bool storage_walk(Arena *arena, Slice folder, StorageListing *listing, Error *err) {
    *listing = (StorageListing){0};
    if (!walk_into(arena, folder, 0, listing, err)) return false;
    storage_sort(listing);
    return true;
}

bool storage_is_glob(Slice path) {
    for (size_t i = 0; i < path.bytes; i++) {
        if (strchr("*?[{", path.data[i]) && path.data[i]) return true;
    }
    return false;
}

// [a-z], [^abc] at pattern[*p] == '['; moves *p behind it. An unclosed one matches '[' itself.
static bool class_match(Slice pattern, size_t *p, uint32_t c) {
    size_t i = *p + 1;
    bool negated = i < pattern.bytes && (pattern.data[i] == '^' || pattern.data[i] == '!');
    if (negated) i++;
    bool hit = false, first = true;
    while (i < pattern.bytes && (first || pattern.data[i] != ']')) {
        first = false;
        uint32_t low = utf8_next(pattern, &i), high = low;
        if (i + 1 < pattern.bytes && pattern.data[i] == '-' && pattern.data[i + 1] != ']') {
            i++;
            high = utf8_next(pattern, &i);
        }
        hit |= c >= low && c <= high;
    }
    if (i >= pattern.bytes) {
        *p += 1;
        return c == '[';
    }
    *p = i + 1;
    return hit != negated;
}

// One part of a path; a star is retried one code point further on where the rest fails.
static bool part_match(Slice pattern, Slice name) {
    size_t p = 0, n = 0, star_p = SIZE_MAX, star_n = 0;
    if (name.bytes && name.data[0] == '.' && (pattern.bytes == 0 || pattern.data[0] != '.')) {
        return false;
    }
    while (n < name.bytes) {
        if (p < pattern.bytes && pattern.data[p] == '*') {
            star_p = ++p;
            star_n = n;
            continue;
        }
        size_t next = n;
        uint32_t c = utf8_next(name, &next);
        bool hit = false;
        if (p < pattern.bytes && pattern.data[p] == '[') {
            hit = class_match(pattern, &p, c);
        } else if (p < pattern.bytes) {
            uint32_t want = utf8_next(pattern, &p);
            if (want == '\\' && p < pattern.bytes) want = utf8_next(pattern, &p);
            else if (want == '?') want = c;
            hit = want == c;
        }
        if (hit) {
            n = next;
        } else {
            if (star_p == SIZE_MAX) return false;
            utf8_next(name, &star_n);
            p = star_p;
            n = star_n;
        }
    }
    while (p < pattern.bytes && pattern.data[p] == '*') p++;
    return p == pattern.bytes;
}

static bool part_is_pattern(Slice part) {
    for (size_t i = 0; i < part.bytes; i++) {
        if (part.data[i] == '*' || part.data[i] == '?' || part.data[i] == '[' ||
            part.data[i] == '\\') {
            return true;
        }
    }
    return false;
}

// What matches `rest` (parts after `folder`).
static bool glob_below(Arena *arena, Slice folder, Slice rest, StorageListing *all, Error *err) {
    Slice part;
    do {
        if (!slice_split(&rest, '/', &part)) {
            StorageEntry entry;
            bool found;
            if (!storage_stat(folder, &entry, &found, err)) return false;
            if (found) ARENA_PUSH(arena, all->entries, all->count, entry);
            return true;
        }
    } while (part.bytes == 0);
    if (!part_is_pattern(part)) {
        return glob_below(arena, storage_join(arena, folder, part), rest, all, err);
    }
    StorageListing level;
    bool found;
    if (!storage_list(arena, folder, &level, &found, err)) return false;
    for (size_t i = 0; i < level.count; i++) {
        if (!part_match(part, level.entries[i].name)) continue;
        if (!glob_below(arena, level.entries[i].path, rest, all, err)) return false;
    }
    return true;
}

// Ends of the first top-level {...} of a pattern; false: none.
static bool braces_find(Slice pattern, size_t *open, size_t *close) {
    int depth = 0;
    for (size_t i = 0; i < pattern.bytes; i++) {
        char c = pattern.data[i];
        if (c == '\\') i++;
        else if (c == '{' && depth++ == 0) *open = i;
        else if (c == '}' && depth > 0 && --depth == 0) {
            *close = i;
            return true;
        }
    }
    return false;
}

static bool glob_expand(Arena *arena, Slice pattern, uint32_t *budget, StorageListing *all,
                        Error *err) {
    size_t open = 0, close = 0;
    if ((*budget)-- == 0) {
        return error_set(err, ERR_CANNOT_READ_FILE, "path", arena_cstr(arena, pattern), "reason",
                         "the pattern stands for more than 1024 alternatives");
    }
    if (!braces_find(pattern, &open, &close)) {
        return glob_below(arena, SLICE("/"), pattern, all, err);
    }
    Slice head = slice_first(pattern, open), tail = slice_from(pattern, close + 1);
    size_t start = open + 1;
    int depth = 0;
    for (size_t i = start; i <= close; i++) {
        char c = pattern.data[i];
        if (c == '{') depth++;
        if (c == '}' && i < close) depth--;
        if (i < close && (c != ',' || depth > 0)) continue;
        Slice middle = slice_of(pattern.data + start, i - start);
        Slice whole = arena_join(arena, arena_join(arena, head, middle), tail);
        if (!glob_expand(arena, whole, budget, all, err)) return false;
        start = i + 1;
    }
    return true;
}

bool storage_glob(Arena *arena, Slice pattern, StorageListing *listing, Error *err) {
    *listing = (StorageListing){0};
    uint32_t budget = PATTERNS_MAX;
    if (!glob_expand(arena, pattern, &budget, listing, err)) return false;
    storage_sort(listing);
    size_t kept = 0;
    for (size_t i = 0; i < listing->count; i++) {
        bool repeated =
            kept > 0 && slice_equal(listing->entries[kept - 1].path, listing->entries[i].path);
        if (!repeated) listing->entries[kept++] = listing->entries[i];
    }
    listing->count = kept;
    return true;
}
