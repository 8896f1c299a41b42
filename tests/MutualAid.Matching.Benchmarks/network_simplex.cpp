// Solves plain-text instances with LEMON's network simplex and prints for each `objective N seconds S run R`. The reading of
// the file and the building of the graph are not counted; S has the solver's own preparation in it and R has not.
// Indivisible requests are taken for divisible: it solves the relaxation.
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {
FILE *file;

long long number() {
    int c = std::getc(file);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') c = std::getc(file);
    if (c < '0' || c > '9') {
        std::fprintf(stderr, "a number is missing\n");
        std::exit(2);
    }
    long long value = 0;
    for (; c >= '0' && c <= '9'; c = std::getc(file)) value = value * 10 + (c - '0');
    return value;
}

int solve(const char *path) {
    using Graph = lemon::SmartDigraph;
    file = std::fopen(path, "r");
    if (!file) {
        std::perror(path);
        return 2;
    }
    int requests = static_cast<int>(number());
    int offers = static_cast<int>(number());

    struct Arc {
        int from, to;
        long long cost;
    };
    std::vector<long long> supply(requests + offers + 1);
    std::vector<Arc> arcs;
    for (int offer = 0; offer < offers; offer++) supply[requests + offer] = -number();
    for (int request = 0; request < requests; request++) {
        long long units = number();
        number();
        long long unmet = number();
        supply[request] = units;
        supply[requests + offers] -= units;
        for (long long degree = number(); degree > 0; degree--) {
            int offer = static_cast<int>(number());
            arcs.push_back({request, requests + offer, number()});
        }
        arcs.push_back({request, requests + offers, unmet});
    }

    Graph graph;
    graph.reserveNode(requests + offers + 1);
    graph.reserveArc(static_cast<int>(arcs.size()));
    std::vector<Graph::Node> nodes;
    for (int node = 0; node <= requests + offers; node++) nodes.push_back(graph.addNode());
    Graph::ArcMap<long long> cost(graph);
    Graph::NodeMap<long long> amount(graph);
    for (const Arc &arc : arcs) cost[graph.addArc(nodes[arc.from], nodes[arc.to])] = arc.cost;
    for (int node = 0; node <= requests + offers; node++) amount[nodes[node]] = supply[node];

    auto begin = std::chrono::steady_clock::now();
    lemon::NetworkSimplex<Graph, long long, long long> simplex(graph);
    // The last node takes what stays unmet; offers may stay free, so their side of the balance is an inequality.
    simplex.costMap(cost).supplyMap(amount);
    auto prepared = std::chrono::steady_clock::now();
    auto result = simplex.run();
    auto end = std::chrono::steady_clock::now();
    std::fclose(file);
    if (result != simplex.OPTIMAL) {
        std::fprintf(stderr, "no optimum\n");
        return 1;
    }
    std::printf("objective %lld seconds %.4f run %.4f\n", simplex.totalCost<long long>(),
                std::chrono::duration<double>(end - begin).count(), std::chrono::duration<double>(end - prepared).count());
    return 0;
}
} // namespace

int main(int argc, char **argv) {
    for (int at = 1; at < argc; at++)
        if (int code = solve(argv[at])) return code;
}
