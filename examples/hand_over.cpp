// Producers and consumers: two threads count, two add up, and between them at most eight numbers wait.
#include <cstdio>
#include <thread>
#include <vector>

#include <signalbox/patterns/bounded_queue.hpp>

int main()
{
    signalbox::bounded_queue<int> numbers{8};
    long sums[2] = {0, 0};

    std::vector<std::jthread> consumers;
    for (long& sum : sums) {
        consumers.emplace_back([&numbers, &sum] {
            for (const int number : numbers) {  // until it is closed and empty
                sum += number;
            }
        });
    }
    {
        std::vector<std::jthread> producers;
        for (const int first : {1, 2}) {
            producers.emplace_back([&numbers, first] {
                for (int number = first; number <= 1000; number += 2) {
                    numbers.push(number);  // waits for room
                }
            });
        }
    }  // the producers have ended
    numbers.close();
    consumers.clear();
    std::printf("sum: %ld\n", sums[0] + sums[1]);

    std::printf("late: %s\n", numbers.push(1001) ? "pushed" : "closed");
}
