#pragma once

#include <string>

#include "sim/evaluation.hpp"
#include "sim/table.hpp"

namespace infodiet {

/// The level of all intervals in reports.
inline constexpr double kReportLevel = 0.95;

/// One row per agent: score, what the score is made of, what best tells how people fared, and the
/// difference of the score to the reference. Columns come from the world's spec by name; those
/// that find no room in `max_width` are left to scores.csv.
/// @param reference  position of the agent the others are compared with
Table eval_table(const Evaluation& evaluation, int reference, int max_width = 120);

/// What a reader must know to read the table, one line each.
std::string eval_notes(const Evaluation& evaluation, int reference);

/// Table and notes in Markdown.
std::string eval_markdown(const Evaluation& evaluation, int reference);

/// Long format, one number per line: agent,seed,metric,value,unit. A number that does not exist
/// (value per minute read, where nothing was read) is empty. All seeds an agent has played.
std::string scores_csv(const Evaluation& evaluation);

/// How many people are still there as days go by: agent,event,day,at_risk,survival,low,high. For
/// every agent and event that ends something for good, the Kaplan-Meier curve over all episodes of
/// the seeds the agent has played, censored where an episode ends: day 0, a line at each time the
/// event came to somebody, and the last day anybody was watched. Bounds of `kReportLevel`; empty
/// where there are none (nobody is left, or the event has come to nobody). Unlike other intervals
/// theirs rest on episodes, each of another person, and not on seeds.
std::string retention_csv(const Evaluation& evaluation);

/// Everything: scores per seed, means, intervals, paired differences to the reference.
std::string scores_json(const Evaluation& evaluation, int reference);

}  // namespace infodiet
