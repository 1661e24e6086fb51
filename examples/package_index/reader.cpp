// The reader process: cuts the text into batches of records, checks each, and hands them out.
#include <signalbox/process/semaphore.hpp>

#include "../package_sizes/database.hpp"
#include "processes.hpp"

namespace package_index {

namespace {

constexpr std::size_t records_of_a_batch = 8;

void publish(crossing& meet, std::size_t at, const batch& cut, std::size_t records)
{
    board& work = *meet.work;
    batch& next = work.batches[at];
    next.offset = cut.offset;
    next.length = cut.length;
    next.first_record = cut.first_record;
    next.first_line = cut.first_line;
    work.records += records;
    work.published.store(at + 1);
    meet.filled.release();
}

void read(crossing& meet, std::string_view text)
{
    package_sizes::record_reader reader{text};
    batch cut;
    std::size_t count = 0;
    std::size_t batches = 0;
    while (const auto record = reader.next()) {
        (void)package_sizes::parse(*record);  // throws unless it is one
        const auto offset = static_cast<std::size_t>(record->text.data() - text.data());
        if (count == 0) {
            cut.offset = offset;
            cut.first_record = record->number;
            cut.first_line = record->line;
        }
        cut.length = offset + record->text.size() - cut.offset;
        if (++count == records_of_a_batch) {
            if (batches == board::batches_max) {
                throw package_sizes::data_error{record->line, "there are more than 524,288 records"};
            }
            publish(meet, batches++, cut, count);
            count = 0;
        }
    }
    if (count > 0 && batches < board::batches_max) {
        publish(meet, batches, cut, count);
    }
    meet.work->is_all_read.store(true);
    meet.note_progress();
}

}  // namespace

void be_reader(crossing& meet, std::string_view text)
{
    meet.present.release();
    meet.start.wait();
    try {
        read(meet, text);
    } catch (const package_sizes::data_error& error) {
        meet.fail(&board::bad_data, error.line(), error.what());
    }
}

}  // namespace package_index
