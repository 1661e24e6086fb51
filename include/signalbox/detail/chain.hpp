// A list of things that carry their own links: nothing is allocated, and each is removed in constant time.
//
// Invariant 1  A node stands in at most one chain; `size()` nodes stand in this one.
// Lifetime     The chain owns nothing: a node must be removed before it ends.
// Checked by   tests/patterns/pool_test.cpp
#pragma once

#include <cstddef>

namespace signalbox::detail {

template <class Node>
struct chained {
    Node* next = nullptr;
    Node* previous = nullptr;
};

/// Node derives from chained<Node>, or its base does.
template <class Node>
class chain {
public:
    chain() noexcept = default;
    chain(const chain&) = delete;
    chain& operator=(const chain&) = delete;

    [[nodiscard]] bool is_empty() const noexcept { return first_ == nullptr; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] Node* first() const noexcept { return first_; }
    [[nodiscard]] Node* last() const noexcept { return last_; }

    void push_front(Node& node) noexcept { insert(node, nullptr, first_); }
    void push_back(Node& node) noexcept { insert(node, last_, nullptr); }

    void remove(Node& node) noexcept
    {
        (node.previous != nullptr ? node.previous->next : first_) = node.next;
        (node.next != nullptr ? node.next->previous : last_) = node.previous;
        node.next = node.previous = nullptr;
        --size_;
    }

    /// Takes the first one out; null if there is none.
    Node* pop() noexcept
    {
        Node* const node = first_;
        if (node != nullptr) {
            remove(*node);
        }
        return node;
    }

private:
    void insert(Node& node, Node* before, Node* after) noexcept
    {
        node.previous = before;
        node.next = after;
        (before != nullptr ? before->next : first_) = &node;
        (after != nullptr ? after->previous : last_) = &node;
        ++size_;
    }

    Node* first_ = nullptr;
    Node* last_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace signalbox::detail
