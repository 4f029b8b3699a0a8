#pragma once

namespace infodiet {

struct Person;

/// The same person with all that is slow made `factor` times faster, so that the far future fits
/// into a short episode: goodwill, habit, annoyance, opting out, churn and drift. Steady states
/// stay where they are (a trace of what happens per day has the same mean); what happens within a
/// day (attention, fatigue, satiation, knowledge) is untouched. Neutral: factor 1.
Person compressed(Person person, double factor);

}  // namespace infodiet
