package sluice.security_test

import data.sluice.clean
import data.sluice.security

wordy(facts) := {finding |
	some finding in security.findings with input as object.union(clean.zookeeper, facts)
	finding.rule == "security/zookeeper-four-letter-words"
}

test_all_words_are_found if {
	count(wordy({"four_letter_words": "*"})) == 1
}

test_a_list_is_fine if {
	count(wordy({"four_letter_words": "srvr, ruok"})) == 0
}

test_so_are_the_defaults_and_what_is_not_known if {
	count(wordy({})) == 0
	count(wordy({"four_letter_words": "unknown"})) == 0
}
