# SPDX-License-Identifier: Apache-2.0
"""SQL in cells: results as bundles, several statements, charts, exports, parameters, paging."""
import csv
import json
import os
import time
import unittest

from kernels import PATIENCE, KernelCase, has_sql

LONG = "SELECT sum(a.id * b.id % 7) FROM range(100000) a CROSS JOIN range(1000000) b"


@unittest.skipUnless(has_sql(), "SQL in cells is not there yet")
class SqlCase(KernelCase):
    def result(self, code, kind="execute_result"):
        """The bundle of the last result of a cell."""
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        return [c for t, c in outputs if t == kind][-1]["data"]

    def rows(self, code):
        return self.result(code)["application/vnd.tarn.result+json"]["rows"]

    def error(self, code):
        reply, outputs = self.run_cell(code)
        self.assertEqual(reply["status"], "error")
        self.assertEqual([t for t, _ in outputs].count("error"), 1)
        return reply


class Results(SqlCase):
    def test_a_bundle_has_every_form(self):
        data = self.result("SELECT id, 'a' || id AS s, CAST(NULL AS INT) AS n FROM range(2)")
        self.assertEqual(set(data), {"text/plain", "text/html",
                                     "application/vnd.dataresource+json",
                                     "application/vnd.tarn.result+json"})
        self.assertEqual(data["text/plain"],
                         " id │ s  │    n\n────┼────┼──────\n"
                         "  0 │ a0 │ NULL\n  1 │ a1 │ NULL\n(2 rows)")
        resource = data["application/vnd.dataresource+json"]
        self.assertEqual(resource["data"], [{"id": 0, "s": "a0", "n": None},
                                            {"id": 1, "s": "a1", "n": None}])
        self.assertEqual([(f["name"], f["type"], f["sqlType"]) for f in
                          resource["schema"]["fields"]],
                         [("id", "integer", "bigint"), ("s", "string", "string"),
                          ("n", "integer", "int")])
        own = data["application/vnd.tarn.result+json"]
        self.assertEqual(own["rows"], [[0, "a0", None], [1, "a1", None]])
        self.assertFalse(own["more"])

    def test_html_is_escaped(self):
        data = self.result("SELECT '<script>alert(1)</script>&\"' AS `<b>x</b>`")
        self.assertNotIn("<script>", data["text/html"])
        self.assertNotIn("<b>", data["text/html"])
        self.assertIn("&lt;script&gt;", data["text/html"])

    def test_long_values_are_cut_where_people_read(self):
        data = self.result("SELECT repeat('é', 30000) AS x")
        self.assertLess(len(data["text/html"]), 12000)
        self.assertLess(len(data["text/plain"]), 500)
        self.assertEqual(data["application/vnd.tarn.result+json"]["rows"], [["é" * 30000]])

    def test_what_was_written_before_a_long_statement_is_seen(self):
        message_id = self.client.execute("%echo begun\n" + LONG)
        start = time.monotonic()
        while self.client.get_iopub_msg(timeout=5)["msg_type"] != "stream":
            pass
        self.assertLess(time.monotonic() - start, 1 * PATIENCE)
        self.manager.interrupt_kernel()
        self.reply(message_id)

    def test_names_that_repeat_stay_apart(self):
        data = self.result("SELECT 1 AS a, 2 AS a")
        self.assertEqual(data["application/vnd.dataresource+json"]["data"], [{"a": 1, "a_2": 2}])

    def test_no_rows(self):
        data = self.result("SELECT id FROM range(0)")
        self.assertIn("(0 rows)", data["text/plain"])
        self.assertEqual(data["application/vnd.tarn.result+json"]["rows"], [])

    def test_rows_are_limited(self):
        data = self.result("SELECT id FROM range(5000)")
        self.assertEqual(len(data["application/vnd.tarn.result+json"]["rows"]), 1000)
        self.assertTrue(data["application/vnd.tarn.result+json"]["more"])
        self.assertIn("first 1,000 rows", data["text/plain"])
        self.assertIn("first 1,000 rows", data["text/html"])
        exact = self.result("SELECT id FROM range(1000)")
        self.assertFalse(exact["application/vnd.tarn.result+json"]["more"])
        self.run_cell("%set tarn.display.rows=7")
        try:
            self.assertEqual(len(self.rows("SELECT id FROM range(100)")), 7)
        finally:
            self.run_cell("%set tarn.display.rows=1000")

    def test_several_statements(self):
        reply, outputs = self.run_cell("SELECT 1; CREATE OR REPLACE TEMP VIEW v AS SELECT 5 AS x;\n"
                                       "SELECT x FROM v")
        kinds = [t for t, _ in outputs if t not in ("status", "execute_input")]
        self.assertEqual(kinds, ["display_data", "execute_result"])
        self.assertEqual(outputs[-2][1]["execution_count"], reply["execution_count"])

    def test_a_failure_in_the_middle_keeps_what_came_before(self):
        reply, outputs = self.run_cell("SELECT 1;\n\nSELECT nope;\nSELECT 3")
        self.assertEqual(reply["ename"].split(".")[0], "UNRESOLVED_COLUMN")
        kinds = [t for t, _ in outputs if t not in ("status", "execute_input")]
        self.assertEqual(kinds, ["display_data", "error"])
        source = reply["traceback"][2]
        self.assertIn("3 |", source)
        self.assertIn("SELECT nope", source)
        self.assertIn("^^^^", reply["traceback"][3])

    def test_an_empty_cell(self):
        for code in ("", "  \n", "-- nothing", "/* nothing */", ";"):
            reply, outputs = self.run_cell(code)
            self.assertEqual(reply["status"], "ok", code)
            self.assertEqual(len([t for t, _ in outputs if t == "error"]), 0)

    def test_the_magic_for_sql(self):
        self.assertEqual(self.rows("%%sql\nSELECT 7"), [[7]])

    def test_user_expressions(self):
        reply, _ = self.run_cell("SELECT 1", user_expressions={
            "sum": "1 + 1", "query": "SELECT 'x' AS a", "bad": "nope + 1"})
        found = reply["user_expressions"]
        self.assertEqual(found["sum"]["data"]["text/plain"], "2")
        self.assertEqual(found["query"]["data"]["text/plain"], "x")
        self.assertEqual(found["bad"]["status"], "error")

    def test_reads_are_told(self):
        self.run_cell("%sh printf 'a,b\\n1,2\\n' > reads.csv")
        message_id = self.client.execute("SELECT * FROM csv.`reads.csv`")
        metadata = self.reply(message_id)["metadata"]
        self.outputs(message_id)
        self.assertEqual(len(metadata["tarn"]["reads"]), 1)


class Variables(SqlCase):
    def test_declared_variables(self):
        self.run_cell("DECLARE OR REPLACE VARIABLE v INT DEFAULT 20; SET VAR v = v + 1")
        self.assertEqual(self.rows("SELECT v * 2 AS x"), [[42]])

    def test_a_cell_of_parameters(self):
        reply, _ = self.run_cell("# Parameters\nn = 41\nname = \"O'Brien\"\nratio = 1.5\n"
                                 "flag = True\nitems = [1, 2, 3]\nnothing = None\n")
        self.assertEqual(reply["status"], "ok", reply)
        self.assertEqual(self.rows("SELECT :n + 1, :name, :ratio, :flag, :items[1], :nothing"),
                         [[42, "O'Brien", 1.5, True, 2, None]])

    def test_a_cell_tagged_by_its_request(self):
        message = self.client.session.msg("execute_request", self.execute_content("k = 5"))
        message["metadata"] = {"tags": ["injected-parameters"]}
        self.client.shell_channel.send(message)
        self.assertEqual(self.reply(message["header"]["msg_id"])["content"]["status"], "ok")
        self.assertEqual(self.rows("SELECT :k AS k"), [[5]])

    def test_malformed_parameters(self):
        reply = self.error("# Parameters\nx = 1\ny = open('/etc/passwd')")
        self.assertEqual(reply["ename"], "INVALID_PARAMETERS")
        self.assertIn("3 |", reply["traceback"][2])

    def test_input_fills_a_variable(self):
        message_id = self.client.execute("%input city Which?", allow_stdin=True)
        self.client.get_stdin_msg(timeout=5)
        self.client.input("Łódź")
        self.assertEqual(self.reply(message_id)["content"]["status"], "ok")
        self.outputs(message_id)
        self.assertEqual(self.rows("SELECT :city AS c"), [["Łódź"]])


class Governing(SqlCase):
    def test_a_chart_of_the_query_below(self):
        data = self.result("%chart bar k v\nSELECT 'a' || id AS k, id * 1.5 AS v FROM range(3)")
        spec = data["application/vnd.vegalite.v5+json"]
        self.assertEqual(spec["mark"], "bar")
        self.assertEqual(spec["encoding"]["x"]["title"], "k")
        self.assertEqual(len(spec["data"]["values"]), 3)
        self.assertNotIn("text/html", data)
        self.assertIn("text/plain", data)

    def test_a_chart_of_the_last_result(self):
        self.run_cell("SELECT id AS x, id * id AS y FROM range(4)")
        spec = self.result("%chart line x y")["application/vnd.vegalite.v5+json"]
        self.assertEqual(len(spec["data"]["values"]), 4)

    def test_what_a_chart_cannot_draw(self):
        for words in ("bar", "bar x", "bar x nope", "cube x y", "bar x y x y"):
            self.assertEqual(self.error(f"%chart {words}\nSELECT 1 AS x, 2 AS y")["ename"],
                             "INVALID_MAGIC")

    def test_exports(self):
        query = "SELECT id, 'x,\"' || id AS s, CAST(NULL AS INT) AS n FROM range(3000)"
        _, outputs = self.run_cell(f"%export all.csv\n{query}")
        self.assertIn("3,000 rows written", self.text_of(outputs))
        with open(os.path.join(self.folder, "all.csv"), newline="") as file:
            rows = list(csv.reader(file))
        self.assertEqual(rows[0], ["id", "s", "n"])
        self.assertEqual(rows[-1], ["2999", 'x,"2999', ""])
        self.run_cell(f"%export all.json\n{query}")
        with open(os.path.join(self.folder, "all.json")) as file:
            self.assertEqual(json.load(file)[5], {"id": 5, "s": 'x,"5', "n": None})
        self.run_cell(query)
        self.run_cell("%export last.ndjson")  # the cut result runs again in full
        with open(os.path.join(self.folder, "last.ndjson")) as file:
            self.assertEqual(len(file.readlines()), 3000)
        self.assertEqual(self.error(f"%export x.xls\n{query}")["ename"], "INVALID_MAGIC")
        self.assertEqual(self.error(f"%export no/such/x.csv\n{query}")["ename"], "IO_ERROR")
        self.assertEqual([n for n in os.listdir(self.folder) if n.endswith(".part")], [])

    def test_a_profile(self):
        _, outputs = self.run_cell("%profile\nSELECT count(*) FROM range(1000)")
        self.assertTrue(self.text_of(outputs).strip())
        _, outputs = self.run_cell("%profile")
        self.assertTrue(self.text_of(outputs).strip())

    def test_settings(self):
        reply, outputs = self.run_cell("%set")
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(self.error("%set tarn.no.such=1")["status"], "error")


class Long(SqlCase):
    def test_a_long_query_is_interrupted_at_once(self):
        for interrupt in (lambda: self.control("interrupt_request"),
                          lambda: self.manager.interrupt_kernel()):
            self.run_cell("CREATE OR REPLACE TEMP VIEW kept AS SELECT 5 AS x")
            message_id = self.client.execute(LONG)
            time.sleep(0.5)
            start = time.monotonic()
            interrupt()
            content = self.reply(message_id)["content"]
            took = time.monotonic() - start
            self.assertEqual(content["ename"], "OPERATION_CANCELED")
            self.assertLess(took, 0.3 * PATIENCE)
            self.outputs(message_id)
            self.assertEqual(self.rows("SELECT x FROM kept"), [[5]])

    def test_progress_is_shown_and_removed(self):
        message_id = self.client.execute(LONG)
        seen = []
        while "update_display_data" not in seen:
            message = self.client.get_iopub_msg(timeout=10)
            seen.append(message["msg_type"])
            if message["msg_type"] == "display_data":
                self.assertIn("application/vnd.tarn.progress+json", message["content"]["data"])
                display = message["content"]["transient"]["display_id"]
        self.assertTrue(display)
        self.manager.interrupt_kernel()
        self.reply(message_id)
        rest = [m["msg_type"] for m in self.outputs(message_id)]
        self.assertEqual(rest[-3:], ["clear_output", "error", "status"])

    def test_names_are_completed_while_a_query_runs(self):
        self.run_cell("CREATE OR REPLACE TEMP VIEW completed_view AS SELECT 5 AS a_column")
        running = self.client.execute(LONG)
        time.sleep(0.3)
        start = time.monotonic()
        content = self.reply(self.client.complete("SELECT * FROM completed_v"))["content"]
        took = time.monotonic() - start
        self.manager.interrupt_kernel()
        self.reply(running)
        self.assertEqual(content["matches"], ["completed_view"])
        self.assertLess(took, 0.5 * PATIENCE)

    def test_a_running_query_does_not_outlive_its_kernel(self):
        self.client.execute(LONG)
        time.sleep(0.3)
        start = time.monotonic()
        type(self).tearDownClass()
        self.assertLess(time.monotonic() - start, 5 * PATIENCE)
        type(self).setUpClass()


class Paging(SqlCase):
    def open(self, code):
        result = self.result(code)["application/vnd.tarn.result+json"]["id"]
        self.comm = f"comm-{result}"
        message_id = self.shell_send("comm_open", {
            "comm_id": self.comm, "target_name": "tarn.result", "data": {"id": result}})
        return self.answer(message_id)

    def answer(self, message_id):
        found = [m["content"]["data"] for m in self.outputs(message_id)
                 if m["msg_type"] == "comm_msg"]
        self.assertEqual(len(found), 1)
        return found[0]

    def ask(self, op, **data):
        return self.answer(self.shell_send("comm_msg", {
            "comm_id": self.comm, "data": dict(data, op=op, request=7)}))

    def test_pages(self):
        opened = self.open("SELECT id FROM range(250)")
        self.assertEqual((opened["op"], opened["rows"], opened["more"]), ("opened", 250, False))
        page = self.ask("page", offset=240, limit=100)
        self.assertEqual(page["rows"], [[i] for i in range(240, 250)])
        self.assertEqual((page["total"], page["more"], page["request"]), (250, False, 7))
        self.assertEqual(self.ask("page", offset=1000)["rows"], [])

    def test_order_and_filters(self):
        self.open("SELECT id, id % 3 AS m, IF(id = 4, NULL, 'n' || id) AS s FROM range(10)")
        page = self.ask("page", sort=[{"column": "m", "descending": True}, {"column": 0}])
        self.assertEqual([r[0] for r in page["rows"]], [2, 5, 8, 1, 4, 7, 0, 3, 6, 9])
        page = self.ask("page", filter=[{"column": "id", "test": ">=", "value": 7}])
        self.assertEqual([r[0] for r in page["rows"]], [7, 8, 9])
        page = self.ask("page", filter=[{"column": "s", "test": "contains", "value": "N5"}])
        self.assertEqual([r[0] for r in page["rows"]], [5])
        self.assertEqual(self.ask("page", filter=[{"column": "s", "test": "null"}])["total"], 1)
        page = self.ask("page", filter=[{"column": "m", "test": "=", "value": "1"},
                                        {"column": "id", "test": "!=", "value": 4}])
        self.assertEqual([r[0] for r in page["rows"]], [1, 7])

    def test_a_cut_result_is_paged_in_full(self):
        opened = self.open("SELECT id FROM range(3000)")
        self.assertTrue(opened["more"])
        page = self.ask("page", offset=2999)
        self.assertEqual((page["rows"], page["total"], page["changed"]), ([[2999]], 3000, False))

    def test_statistics(self):
        self.open("SELECT CASE WHEN id < 2 THEN NULL ELSE id % 4 END AS x FROM range(10)")
        got = self.ask("statistics", column="x")
        self.assertEqual({k: got[k] for k in ("count", "nulls", "distinct", "min", "max", "mean")},
                         {"count": 10, "nulls": 2, "distinct": 4, "min": 0, "max": 3, "mean": 1.5})

    def test_export(self):
        self.open("SELECT id FROM range(5)")
        got = self.ask("export", path=os.path.join(self.folder, "page.csv"),
                       sort=[{"column": "id", "descending": True}])
        self.assertIn("5 rows written", got["words"])
        with open(os.path.join(self.folder, "page.csv")) as file:
            self.assertEqual(file.read(), "id\n4\n3\n2\n1\n0\n")

    def test_questions_that_cannot_be_answered(self):
        self.open("SELECT id, map(id, 1) AS m FROM range(5)")
        for op, data in (("nope", {}), ("page", {"sort": [{"column": "x"}]}),
                         ("page", {"sort": [{"column": "m"}]}), ("page", {"offset": -1}),
                         ("page", {"filter": [{"column": 9, "test": "="}]}),
                         ("page", {"filter": [{"column": 0, "test": "~"}]}),
                         ("page", {"filter": [{"column": 0, "test": "=", "value": "x"}]}),
                         ("statistics", {}), ("export", {"path": "x.doc"})):
            got = self.ask(op, **data)
            self.assertEqual(got["op"], "error", (op, data))
            self.assertTrue(got["evalue"])

    def test_a_result_that_is_not_known_closes_the_comm(self):
        message_id = self.shell_send("comm_open", {
            "comm_id": "x", "target_name": "tarn.result", "data": {"id": "nope"}})
        self.assertIn("comm_close", [m["msg_type"] for m in self.outputs(message_id)])

    def test_pages_come_from_a_subshell_while_a_query_runs(self):
        self.open("SELECT id FROM range(10)")
        subshell = self.control("create_subshell_request")["content"]["subshell_id"]
        running = self.client.execute(LONG)
        time.sleep(0.3)
        asked = self.shell_send("comm_msg", {"comm_id": self.comm, "data": {"op": "page"}},
                                subshell=subshell)
        while True:
            message = self.client.get_iopub_msg(timeout=2 * PATIENCE)
            if (message["msg_type"] == "comm_msg"
                    and message["parent_header"]["msg_id"] == asked):
                break
        self.assertEqual(message["content"]["data"]["total"], 10)
        self.manager.interrupt_kernel()
        self.reply(running)
        self.control("delete_subshell_request", {"subshell_id": subshell})


if __name__ == "__main__":
    unittest.main()
