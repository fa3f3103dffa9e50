package workload

// Distribution is one row of the catalogue: one way of packaging Kafka or
// ZooKeeper.
type Distribution struct {
	// Name is the row's stable name, as in "bitnami-zookeeper".
	Name string `yaml:"name"`
	// Title is the name for people.
	Title string `yaml:"title"`
}

// Catalogue returns all distributions, sorted by name.
func Catalogue() []*Distribution { return nil }
