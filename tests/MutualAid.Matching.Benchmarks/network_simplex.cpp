// Solves a plain-text instance with LEMON's network simplex and prints `objective N seconds S`, the reading of the file and
// the building of the graph not counted, the solver's own preparation counted. Indivisible requests are taken for divisible, so that it solves the relaxation.
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
} // namespace

int main(int argc, char **argv) {
    using Graph = lemon::SmartDigraph;
    file = argc > 1 ? std::fopen(argv[1], "r") : stdin;
    if (!file) {
        std::perror(argv[1]);
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
    auto result = simplex.run();
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    if (result != simplex.OPTIMAL) {
        std::fprintf(stderr, "no optimum\n");
        return 1;
    }
    std::printf("objective %lld seconds %.3f\n", simplex.totalCost<long long>(), seconds.count());
}
