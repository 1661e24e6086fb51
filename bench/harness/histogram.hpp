// Histogram of times with logarithmic buckets: a fixed relative error, and the greatest value exactly.
//
// Invariant 1  A value of bucket b lies in [least_of(b), least_of(b + 1)), a range of at most 1/16 of its
//              least.
// Because      One increment of a thread's own memory per sample; no allocation, no sorting, any number of
//              samples.
// Checked by   bench/tests/harness_test.cpp
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace bench {

class histogram {
public:
    static constexpr unsigned detail_bits = 4;
    static constexpr std::size_t bucket_count = (64 - detail_bits + 1) << detail_bits;

    static constexpr std::size_t bucket_of(std::uint64_t value) noexcept
    {
        if (value < (1U << detail_bits))
            return static_cast<std::size_t>(value);
        const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - detail_bits;
        return (static_cast<std::size_t>(shift) << detail_bits) + static_cast<std::size_t>(value >> shift);
    }

    static constexpr std::uint64_t least_of(std::size_t bucket) noexcept
    {
        if (bucket < (2U << detail_bits))
            return bucket;
        const std::size_t shift = (bucket >> detail_bits) - 1;
        return (std::uint64_t{bucket} - (std::uint64_t{shift} << detail_bits)) << shift;
    }

    void add(std::uint64_t value) noexcept
    {
        ++buckets_[bucket_of(value)];
        greatest_ = std::max(greatest_, value);
    }

    void add(const histogram& other) noexcept
    {
        for (std::size_t bucket = 0; bucket < bucket_count; ++bucket)
            buckets_[bucket] += other.buckets_[bucket];
        greatest_ = std::max(greatest_, other.greatest_);
    }

    std::uint64_t count() const noexcept
    {
        std::uint64_t sum = 0;
        for (const std::uint64_t bucket : buckets_)
            sum += bucket;
        return sum;
    }

    // The value below which `share` (0 to 1) of the samples lie: the middle of its bucket, 0 without samples.
    double quantile(double share) const noexcept
    {
        const double wanted = share * static_cast<double>(count());
        double seen = 0;
        for (std::size_t bucket = 0; bucket + 1 < bucket_count; ++bucket) {
            seen += static_cast<double>(buckets_[bucket]);
            if (buckets_[bucket] == 0 || seen < wanted)
                continue;
            const auto middle =
                (static_cast<double>(least_of(bucket)) + static_cast<double>(least_of(bucket + 1))) / 2;
            return std::min(middle, static_cast<double>(greatest_));
        }
        return static_cast<double>(greatest_);
    }

    std::uint64_t greatest() const noexcept { return greatest_; }

private:
    std::array<std::uint64_t, bucket_count> buckets_{};
    std::uint64_t greatest_ = 0;
};

}  // namespace bench
