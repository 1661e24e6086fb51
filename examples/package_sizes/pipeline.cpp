// One producer, a ring of slots, N workers: two semaphores and a mutex.
#include "pipeline.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <signalbox/mutex.hpp>
#include <signalbox/semaphore.hpp>

namespace package_sizes {

namespace {

using namespace std::chrono_literals;

using record_ring = ring<std::optional<record>>;  // no record: the worker that takes it goes home

// The first wrong line that any thread has met. The first one stops the producer; the workers still handle
// what is in the ring. As records leave the ring in their order, every line before a reported one has been
// looked at, and the first wrong line of the file is among those reported.
class problems {
public:
    void report(const data_error& problem)
    {
        const std::lock_guard lock{turn_};
        if (!first_ || problem.line() < first_->line()) {
            first_ = problem;
        }
        stop_.request_stop();
    }
    void throw_first() const
    {
        const std::lock_guard lock{turn_};
        if (first_) {
            throw data_error{*first_};
        }
    }
    [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

private:
    mutable signalbox::mutex turn_;
    std::optional<data_error> first_;
    std::stop_source stop_;
};

void produce(std::string_view text, record_ring& records, problems& wrong)
{
    try {
        record_reader reader{text};
        while (const auto record = reader.next()) {
            if (!signalbox::is_acquired(records.put(record, wrong.stop_token()))) {
                return;
            }
        }
    } catch (const data_error& problem) {
        wrong.report(problem);
    }
}

void work(record_ring& records, tally& mine, problems& wrong)
{
    while (const auto record = records.take()) {
        try {
            mine.add(record->number, parse(*record));
        } catch (const data_error& problem) {
            wrong.report(problem);
        }
    }
}

// The workers. They are sent home when the crew ends, whether by a return or by an exception.
class crew {
public:
    crew(record_ring& records, problems& wrong) : records_{records}, wrong_{wrong} {}
    crew(const crew&) = delete;
    crew& operator=(const crew&) = delete;
    ~crew()
    {
        for (std::size_t i = 0; i < threads_.size(); ++i) {
            (void)records_.put(std::nullopt);
        }
    }

    void hire(tally& mine)
    {
        threads_.emplace_back([this, &mine] { work(records_, mine, wrong_); });
    }

private:
    record_ring& records_;
    problems& wrong_;
    std::vector<std::jthread> threads_;
};

}  // namespace

pipeline_result count_packages(std::string_view text, std::size_t workers, std::size_t slots,
                               const std::function<void(std::size_t)>& progress)
{
    record_ring records{slots};
    problems wrong;
    std::vector<tally> tallies(workers);
    {
        crew staff{records, wrong};
        for (tally& mine : tallies) {
            staff.hire(mine);
        }

        signalbox::binary_semaphore produced{0};
        const std::jthread producer{[&] {
            produce(text, records, wrong);
            produced.release();
        }};
        do {
            progress(records.usage().taken);
        } while (!produced.try_acquire_for(100ms));
    }
    wrong.throw_first();

    pipeline_result result;
    for (const tally& mine : tallies) {
        result.counted.merge(mine);
        result.by_worker.push_back(mine.handled().size());
    }
    result.usage = records.usage();
    result.usage.taken -= workers;  // the messages to go home
    return result;
}

}  // namespace package_sizes
