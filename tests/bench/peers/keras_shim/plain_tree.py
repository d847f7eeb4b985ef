"""Keras' trees in plain Python: dicts by sorted key, lists, tuples, registered classes."""
import collections

REGISTERED = {}


def register_tree_node_class(cls):
    REGISTERED[cls] = cls
    return cls


def parts(tree):
    """Children, how to put others in their place, their names; None: a leaf."""
    if type(tree) in REGISTERED:
        children, more = tree.torchtree_flatten()[:2]
        make = REGISTERED[type(tree)].torchtree_unflatten
        children = list(children)
        return children, lambda new: make(new, more), range(len(children))
    if isinstance(tree, dict):
        ordered = isinstance(tree, collections.OrderedDict)
        keys = list(tree) if ordered else sorted(tree)
        default = isinstance(tree, collections.defaultdict)

        def make_dict(new):
            pairs = zip(keys, new)
            if default:
                return collections.defaultdict(tree.default_factory, pairs)
            return type(tree)(pairs)
        return [tree[key] for key in keys], make_dict, keys
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return list(tree), lambda new: type(tree)(*new), range(len(tree))
    if isinstance(tree, (list, tuple, collections.deque)):
        return list(tree), type(tree), range(len(tree))
    return None


def is_nested(tree):
    return parts(tree) is not None


def found(value):
    return None if isinstance(value, type) and value.__name__ == "MAP_TO_NONE" else value


def traverse(func, tree, top_down=True):
    if top_down:
        value = func(tree)
        if value is not None:
            return found(value)
    inner = parts(tree)
    if inner is not None:
        tree = inner[1]([traverse(func, child, top_down) for child in inner[0]])
    if top_down:
        return tree
    value = func(tree)
    return tree if value is None else found(value)


def flatten_with_path(tree, path=()):
    inner = parts(tree)
    if inner is None:
        return [(path, tree)]
    pairs = zip(inner[2], inner[0])
    return [leaf for name, child in pairs for leaf in flatten_with_path(child, (*path, name))]


def flatten(tree):
    return [leaf for _, leaf in flatten_with_path(tree)]


def map_structure_up_to(shallow, func, *trees):
    inner = parts(shallow)
    if inner is None:
        return func(*trees)
    others = [parts(tree) for tree in trees]
    if any(other is None or len(other[0]) != len(inner[0]) for other in others):
        raise ValueError("Structures don't have the same nested structure.")
    columns = zip(inner[0], *[other[0] for other in others])
    return inner[1]([map_structure_up_to(first, func, *rest) for first, *rest in columns])


def map_structure(func, *trees, none_is_leaf=True):
    if not trees:
        raise ValueError("Must provide at least one structure")

    def leaf(*values):
        return None if values[0] is None and not none_is_leaf else func(*values)
    for tree in trees[1:]:
        assert_same_structure(trees[0], tree)
    return map_structure_up_to(trees[0], leaf, *trees)


def assert_same_structure(a, b):
    if [path for path, _ in flatten_with_path(a)] != [path for path, _ in flatten_with_path(b)]:
        raise ValueError("Structures don't have the same nested structure.")


def assert_same_paths(a, b):
    if {path for path, _ in flatten_with_path(a)} != {path for path, _ in flatten_with_path(b)}:
        raise ValueError("`a` and `b` don't have the same paths.")


def pack_sequence_as(tree, flat):
    rest = iter(list(flat))
    return map_structure_up_to(tree, lambda _: next(rest), tree)


def lists_to_tuples(tree):
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, tree, False)


def map_shape_structure(func, tree):
    def is_shape(part):
        return isinstance(part, (list, tuple)) and all(
            isinstance(size, (int, type(None))) for size in part)
    if is_shape(tree):
        return func(tree)
    inner = parts(tree)
    if inner is None:
        return func(tree)
    return inner[1]([map_shape_structure(func, child) for child in inner[0]])
